import re

import pytest

from dateline.eval.benchmarks import peers
from dateline.eval.datasets.news import NewsArticle, NewsQuestion

_FLOOD = "A flood closed the market of Quillport for nine days. Traders asked the city for 2,000 crowns."
_TEXTS = {
    "ferry": "The ferry Aurelia sank near Lenn on 4 March 1931. Forty people were saved by fishing boats.",
    "bridge": "The bridge at Tarrow was opened by Queen Ilse in 1956. It is built of red granite.",
    "flood": _FLOOD,
    "again": _FLOOD,
}
_ARTICLES = tuple(
    NewsArticle(id=name, title=name, source="s", url="https://news.example", published="1960/01/01", text=text)
    for name, text in _TEXTS.items()
)


def question(gold: str, *with_answer: str) -> NewsQuestion:
    return NewsQuestion(
        question="When did the ferry Aurelia sink?",
        answers=("1931",),
        gold_articles=frozenset({gold}),
        articles_with_answer=frozenset(with_answer),
    )


@pytest.mark.slow
def test_systems_are_measured_side_by_side_each_in_a_process_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("Dateline", "FTS5 alone", "bm25s")
    peers.compare(peers.part_of(_ARTICLES, [question("ferry", "ferry")], 2), names, rounds=1)
    lines = [line for line in capsys.readouterr().out.splitlines() if line[:1] == "|"]
    rows = {cells[0]: cells[1:] for cells in (re.split(r" \| ", line.strip("| ")) for line in lines)}
    for name in names:
        assert rows[name][:7] == ["1.000"] * 7
        assert all(float(cell) >= 0 for cell in rows[name][7:] if cell != "(shared)")


def test_the_set_is_bounded_by_sources_first_and_no_text_twice() -> None:
    whole = peers.part_of(_ARTICLES, [question("flood", "again", "ferry")], 0)
    assert [one.id for one in whole.articles] == ["flood", "ferry", "bridge"]
    assert [one.articles_with_answer for one in whole.questions] == [{"ferry"}]
    assert [one.id for one in peers.part_of(_ARTICLES, [question("flood")], 1).articles] == ["flood"]


def test_a_question_is_left_out_where_none_of_its_articles_is_taken() -> None:
    assert peers.part_of(_ARTICLES, [question("flood"), question("nowhere")], 1).questions == (question("flood"),)
