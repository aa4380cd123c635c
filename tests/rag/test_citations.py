from hypothesis import given
from hypothesis import strategies as st

from dateline.index.types import Span
from dateline.rag.citations import AnswerBuilder, answer_chunks, as_cited, cite, shown_citations
from dateline.rag.types import ALONE, Checked, Difference, Group, Quotation, Support, Together
from tests.harness.fakes import passage
from tests.ui.talk import written

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


def test_the_text_of_an_answer_has_its_lists_and_tables_as_markdown() -> None:
    assert written().text == (
        "## Deaths\n\nThese are the towns:\n\n- Two people died in <Lenn>. All were old.\n- One died in Oster.\n\n"
        "| Town | Deaths |\n| --- | --- |\n| Lenn | 2 |\n\nThat is all."
    )


def test_what_only_introduces_does_not_count_and_what_was_moved_or_found_is_told() -> None:
    found = passage("The crew was saved.", article="b2")
    builder = AnswerBuilder([passage("It sank.")], "likely")
    lead_in = Support(verdict=None, why="it only introduces what follows")
    builder.add(Checked(text="These:", quotations=(), support=lead_in, begins="heading"))
    assert builder.supported_share is None
    place = Quotation(passage=1, span=found.sentences[0], score=0.9)
    good = Support(verdict="supported", why="quoted word for word")
    part = builder.add(Checked(text="All saved.", quotations=(place,), support=good, moved=True, found=(found,)))
    assert part
    assert [one.article_id for one in part.citations] == ["b2"]
    assert (builder.supported_share, builder.found) == (1.0, (found,))
    assert builder.notices == ("1 sentence rests on another than the chat model cited",)


def group(*citations: int) -> Group:
    return Group(citations=citations, short_answer="x", day=None)


def test_of_a_list_each_sentence_is_shown_once_with_all_that_stands_behind_it() -> None:
    together = Together(groups=(group(0, 2), group(0, 3), group(1)))
    assert shown_citations("list", together, 4) == [(0, 2, 3), (1,)]
    assert shown_citations("fact", together, 4) == [(0,), (1,), (2,), (3,)]
    assert shown_citations("list", ALONE, 2) == [(0,), (1,)]


def test_groups_are_counted_by_what_a_written_answer_cites_and_others_are_left_out() -> None:
    quoted = cite([Quotation(passage=0, span=span, score=1.0) for span in PASSAGE.sentences], [PASSAGE])
    together = Together(
        groups=(group(0), group(1, 2), group(3)),
        differences=(
            Difference(kind="update", newer=1, older=2, why="later"),
            Difference(kind="update", newer=0, older=1, why="never cited"),
        ),
    )
    found = as_cited(together, quoted, (quoted[3], quoted[2]))
    assert [one.citations for one in found.groups] == [(1,), (0,)]
    assert [(one.newer, one.older, one.why) for one in found.differences] == [(0, 1, "later")]


def test_a_citation_has_the_days_of_its_quote_at_their_places_in_the_article() -> None:
    text = "It sank on Monday. The crew, 12 people, was saved the following day, in May 2019."
    dated = passage(text, published="2024-03-06")
    (citation,) = cite([Quotation(passage=0, span=dated.sentences[1], score=1.0, answer=Span(46, 67))], [dated])
    following, may = citation.days
    assert (following.span.of(text), following.first.isoformat()) == ("the following day", "2024-03-05")
    assert (may.span.of(text), may.told) == ("May 2019", True)
    assert citation.quote == text[19:], "what is resolved stands beside the quotation, never in it"
    assert citation.short_answer_days == (following,)
    undated = cite([Quotation(passage=0, span=dated.sentences[1], score=1.0)], [passage(text, published=None)])
    assert [one.text for one in undated[0].days] == ["May 2019"]
    assert undated[0].short_answer_days == ()
