from hypothesis import given
from hypothesis import strategies as st

from dateline.rag.citations import AnswerBuilder, answer_chunks
from dateline.rag.types import Checked, Quotation, Support
from tests.harness.fakes import passage

PASSAGE = passage("They leave. They stay. They come. They go.")


@given(cited=st.lists(st.lists(st.integers(0, 3), max_size=4), max_size=6))
def test_every_claim_keeps_its_citations_through_the_whole_answer_and_none_comes_twice(cited: list[list[int]]) -> None:
    builder = AnswerBuilder([PASSAGE], "likely")
    parts = []
    for numbers in cited:
        quotations = tuple(Quotation(passage=0, span=PASSAGE.sentences[number], score=1.0) for number in numbers)
        verdict = Support(verdict="supported" if numbers else "unsupported", why="cited")
        parts.append(builder.add(Checked(text="They.", quotations=quotations, support=verdict)))
    assert [part.claim for part in parts] == list(builder.claims)
    assert sum((part.citations for part in parts), ()) == builder.citations
    assert len({one.quote for one in builder.citations}) == len(builder.citations)
    for part, numbers in zip(parts, cited, strict=True):
        quotes = [builder.citations[at].quote for at in part.claim.citations]
        assert quotes == [PASSAGE.sentences[number].of(PASSAGE.text) for number in dict.fromkeys(numbers)]
    assert answer_chunks(builder.claims, builder.citations, "likely") == tuple(parts)
