from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.citations import Release, released
from dateline.rag.types import Checked, Quotation, Support
from tests.harness.fakes import passage

PASSAGE = passage("They leave. They stay. They come. They go.")


@given(cited=st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
def test_every_claim_keeps_its_citations_through_the_whole_answer_and_none_comes_twice(cited: list[list[int]]) -> None:
    release = Release([PASSAGE])
    parts = []
    for numbers in cited:
        quotations = tuple(Quotation(passage=0, span=PASSAGE.sentences[number], score=1.0) for number in numbers)
        verdict = Support(supported=bool(numbers), why="cited")
        parts.append(release.add(Checked(text="They.", quotations=quotations, support=verdict)))
    assert [part.claim for part in parts] == list(release.claims)
    assert sum((part.citations for part in parts), ()) == release.citations
    assert len({one.quote for one in release.citations}) == len(release.citations)
    for part, numbers in zip(parts, cited, strict=True):
        quotes = [release.citations[at].quote for at in part.claim.citations]
        assert quotes == [PASSAGE.sentences[number].of(PASSAGE.text) for number in dict.fromkeys(numbers)]
    assert released(release.claims, release.citations) == tuple(parts)
