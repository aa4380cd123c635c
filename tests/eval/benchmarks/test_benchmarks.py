"""Every benchmark on a set of a few invented texts; what it prints is checked where it is known."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dateline.eval.benchmarks import answers, chunking, followups, reading, retrieval, runtime, written
from dateline.eval.benchmarks.__main__ import main
from dateline.eval.datasets.beir import BeirQuestion
from dateline.eval.datasets.libraries import kept_library, news_library, set_ids
from dateline.eval.datasets.multihop import Evidence, MultihopQuestion
from dateline.eval.datasets.squad import SquadQuestion
from dateline.eval.samples import read_samples
from dateline.index.library import Library
from tests.harness.fakes import FakeEmbedder

_FERRY = "The ferry Aurelia sank near Lenn on 4 March 1931. Forty people were saved by fishing boats."
_BRIDGE = "The bridge at Tarrow was opened by Queen Ilse in 1956. It is built of red granite."
_FLOOD = "A flood closed the market of Quillport for nine days. Traders asked the city for 2,000 crowns."
_TEXTS = {"ferry": _FERRY, "bridge": _BRIDGE, "flood": _FLOOD, "again": _FLOOD}


def write(path: Path, rows: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(map(json.dumps, rows)).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def news_row(name: str) -> dict[str, str]:
    url = f"https://news.example/{name}"
    return {"id": name, "title": name, "source": "s", "url": url, "published": "1960/01/01", "text": _TEXTS[name]}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    ferry = {"question": "When did the ferry Aurelia sink?", "answers": ["4 March 1931"]}
    market = {"question": "For how long was the market of Quillport closed?", "answers": ["nine days"]}
    ferry |= {"gold_articles": ["ferry"], "articles_with_answer": ["ferry"]}
    market |= {"gold_articles": [], "articles_with_answer": ["again"]}
    write(tmp_path / "news" / "articles.jsonl.gz", map(news_row, _TEXTS))
    write(tmp_path / "news" / "questions.jsonl.gz", [ferry, market])
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, list[str]]:
    """The cells of the tables printed, by the first of each row."""
    rows = [re.split(r" \| ", line.strip("| ")) for line in capsys.readouterr().out.splitlines() if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def test_a_library_is_built_once_and_knows_every_id_of_a_text(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = news_library(news)
    assert "built in" in capsys.readouterr().out
    assert news_library(news) == library
    assert capsys.readouterr().out == ""
    assert frozenset({"flood", "again"}) in set_ids(library).values()


def test_an_interrupted_list_of_articles_is_not_taken_for_a_whole_one(tmp_path: Path) -> None:
    def broken() -> Iterable[dict[str, str]]:
        yield news_row("ferry")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept_library("x", broken)
    assert len(set_ids(kept_library("x", lambda: map(news_row, _TEXTS)))) == 3


def test_retrieval_prints_hits_of_each_way(news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    retrieval.run_retrieval(news)
    out = capsys.readouterr().out
    for way in ("words (FTS5 BM25)", "vectors (exact)", "fused", "library"):
        assert re.search(rf"^\| {re.escape(way)} \| 1\.000 \(n=1\)", out, re.MULTILINE)


def test_answers_on_news_are_judged_with_their_articles_and_without(
    news: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers.run_news_answers(news)
    rows = printed(capsys)
    count, *hits, declined, quoted, _ = rows["source in the library"]
    assert (count, hits, declined, quoted) == ("1", ["1.000"] * 3, "0.000", "1.000")
    assert rows["an article that holds the answer"][:4] == ["2", *["1.000 ± 0.000"] * 3]
    assert rows["both left out"][1:4] == ["0.000 ± 0.000"] * 3
    assert rows["all with its words left out"][0] == "2"
    assert rows["all with its words left out"][5] == "0.000 ± 0.000"


def test_an_article_that_is_left_out_is_not_found_and_the_others_are(news: Path) -> None:
    with answers.LibraryWithout.open(news_library(news)) as library:
        first, second, third = library.search("ferry", 3)
        library.left_out = frozenset({first.article_id})
        assert library.search("ferry", 3) == [second, third]


def test_multihop_is_measured_as_its_paper_does() -> None:
    facts = ("It sank in 1931.", "Forty were saved.", "Nobody knows why.")
    question = MultihopQuestion(question="?", question_type="x", evidence=tuple(Evidence(fact=one) for one in facts))
    passages = ["The boat.", "It  sank\nin 1931. And", "Forty were", "It sank in 1931. Forty were saved. Later"]
    scores = retrieval.score_multihop(question, passages)
    assert scores == {"Hits@10": 1.0, "Hits@4": 1.0, "MAP@10": (1 / 2 + 1 / 4) / 3, "MRR@10": 1 / 2}


def test_multihop_leaves_out_what_nothing_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    articles = [
        {"title": name, "body": text, "source": "s", "url": f"https://a.example/{name}", "published_at": "2023-09-26"}
        for name, text in _TEXTS.items()
    ]
    evidence = [{"title": "ferry", "fact": "Forty people were saved by fishing boats."}]
    right = {"query": "How many were saved?", "answer": "40", "question_type": "inference_query"}
    null = {"query": "Who?", "answer": "-", "question_type": "null_query", "evidence_list": []}
    (tmp_path / "corpus.json").write_text(json.dumps(articles))
    (tmp_path / "MultiHopRAG.json").write_text(json.dumps([{**right, "evidence_list": evidence}, null]))
    retrieval.run_multihop(tmp_path)
    rows = printed(capsys)
    assert rows["all"] == ["1", *["1.000"] * 4]
    assert "null_query" not in rows


def test_a_beir_question_counts_grades_and_not_itself() -> None:
    question = BeirQuestion(id="q", text="?", grades={"a": 2, "b": 1, "c": 0, "q": 1})
    scores = retrieval.score_beir(question, ["q", "c", "b", "a"])
    best = 2 + 1 / 1.584962500721156 + 1 / 2
    assert scores["nDCG@10"] == pytest.approx((1 / 1.584962500721156 + 2 / 2) / best)
    assert (scores["recall@100"], scores["MRR@10"]) == (2 / 3, 1 / 2)


def test_beir_finds_a_document_under_each_of_its_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "corpus.jsonl", ({"_id": name, "title": "", "text": text} for name, text in _TEXTS.items()))
    write(tmp_path / "queries.jsonl", [{"_id": "1", "text": "When was the market of Quillport closed?"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\tflood\t1\n1\tagain\t1\n")
    main(["beir", "--data", str(tmp_path), "--split", "dev"])
    assert [row[0] for row in printed(capsys).values()][2:] == ["1.000"] * 3


def test_squad_is_judged_over_its_paragraph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [
        {"id": "1", "question": "When did the ferry Aurelia sink?", "answers": [{"text": "4 March 1931"}]},
        {"id": "2", "question": "Who composed the opera?", "answers": [], "is_impossible": True},
    ]
    file = tmp_path / "dev-v2.0.json"
    file.write_text(json.dumps({"data": [{"title": "Ferry", "paragraphs": [{"context": _FERRY, "qas": asked}]}]}))
    reading.run_squad(file)
    rows = printed(capsys)
    assert rows["holds an answer"] == ["1.000", "1"]
    assert rows["no answer: declined"] == ["1.000", "1"]
    assert rows["all: F1"][1] == "2"


def test_declining_is_wrong_where_the_paragraph_answers() -> None:
    question = SquadQuestion(id="1", question="?", title="t", context="c", answers=("1931",))
    scores = reading.score_squad(question, reading.Quoted(citations=(), nearest=()))
    assert set(scores.values()) == {0.0}


def test_odd_rows_of_clapnq_are_judged_by_the_sentences_marked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sentences = _FERRY.replace(". F", ".\nF").split("\n")
    passages = [{"title": "Ferry", "sentences": sentences}]
    marked = {"passages": passages, "output": [{"selected_sentences": sentences[:1]}]}
    asked, unasked = {"input": "when did the ferry aurelia sink"}, {"input": "who composed the opera"}
    unmarked = {**unasked, "passages": passages, "output": []}
    write(tmp_path / "clapnq" / "answerable.jsonl.gz", [unmarked, {**asked, **marked}])
    write(tmp_path / "clapnq" / "unanswerable.jsonl.gz", [unmarked, unmarked])
    reading.run_clapnq(tmp_path)
    figures = printed(capsys)
    for name in ("answered when answerable", "citation precision", "citation recall", "declined when not answerable"):
        assert figures[name] == ["1.000", "1"]


def test_spans_are_judged_by_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quote = "It is built of red granite."
    start = _BRIDGE.index(quote)
    reference = {"content": quote, "start_index": start, "end_index": start + len(quote)}
    asked = {"question": "Of what is the bridge built?", "corpus": "bridge", "references": [reference]}
    write(tmp_path / "spans" / "corpora.jsonl.gz", [{"corpus": "bridge", "text": _BRIDGE}])
    write(tmp_path / "spans" / "questions.jsonl.gz", [asked])
    answers.run_spans(tmp_path)
    rows = printed(capsys)
    assert rows["first 5 passages, no limit"][:3] == ["1", "1.000", f"{len(quote) / len(_BRIDGE):.3f}"]
    precision = f"{len(quote) / len(_BRIDGE):.3f}"  # the sentence before it is cited too: it says what "it" is
    assert rows["sentences cited"][1:4] == ["1.000", precision, precision]


def test_ways_of_making_chunks_are_compared_on_news_and_on_spans(
    news: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = {"question": "Of what is the bridge at Tarrow built?", "corpus": "bridge"}
    reference = {"content": _BRIDGE, "start_index": 0, "end_index": len(_BRIDGE)}
    write(news / "spans" / "corpora.jsonl.gz", [{"corpus": "bridge", "text": _BRIDGE}])
    write(news / "spans" / "questions.jsonl.gz", [{**asked, "references": [reference]}])
    chunking.measure(news, FakeEmbedder(), [chunking.Variant(128, 0, "title")])
    *_, gold, _, _, _, recall = printed(capsys)["128"]
    assert (gold.split()[0], recall) == ("1.000", "1.000 1.000 1.000")


def test_pages_of_a_long_list_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runtime.run_listing(tmp_path, articles=30)
    rows = printed(capsys)
    assert {"newest, first page", "count 'post'", "sources"} <= rows.keys()


def test_follow_up_questions_are_compared_word_by_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "conversation": "|user|: what sank at Lenn?\n|user|: when?",
        "rewrite": "|user|: When did the Aurelia sink at Lenn?",
    }
    write(tmp_path / "followups" / "questions.jsonl.gz", [row])
    followups.run_followups(tmp_path)
    rows = printed(capsys)
    assert rows["the rewrite is the question"][0] == "0.000"
    assert rows["words of the rewrite that the question has"][0] == "0.000"
    assert rows["words lacking that the questions before have"][0] == "0.333"
    assert rows["behind the question before"][:2] == ["0.667 (of 3)", "1.000 (of 2)"]
    assert rows["the question as it is asked"][:3] == ["0.000 (of 3)", "0.000 (of 2)", "0.000"]


def test_ways_of_rewriting_are_compared_by_what_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "eval" / "sets" / "newsroom" / "articles").mkdir(parents=True)
    for name, text in _TEXTS.items():
        (tmp_path / "seeds" / f"{name}.txt").write_text(text, "utf-8")
        (tmp_path / "eval" / "sets" / "newsroom" / "articles" / f"{name}.txt").write_text(text, "utf-8")
    row = {
        "question": "who opened it?", "stand_alone": "Who opened the bridge at Tarrow?", "answers": ["Queen Ilse"],
        "quotes": ["The bridge at Tarrow was opened by Queen Ilse in 1956."],
        "history": ["Of what is the bridge at Tarrow built?"],
    }  # fmt: skip
    write(tmp_path / "seeds" / "questions.jsonl", [row])
    for name in ("questions", "follow-ups"):
        write(tmp_path / "eval" / "sets" / "newsroom" / f"{name}.jsonl", [row])
    followups.run_conversations(tmp_path)
    rows = printed(capsys)
    assert rows["rules"][0] == rows["written by hand"][0] == "1.000 ± 0.000"


def test_a_model_that_knows_the_gold_is_cited_exactly_and_declines_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ferry.txt").write_text(_FERRY, "utf-8")
    (tmp_path / "flood.txt").write_text(_FLOOD, "utf-8")
    saved = {"question": "How many people were saved?", "quotes": ["Forty people were saved by fishing boats."]}
    follow_up = {"question": "By whom?", "stand_alone": "By whom were the people of the ferry saved?"}
    follow_up |= {"quotes": saved["quotes"], "history": [saved["question"]]}
    samples = write(tmp_path / "questions.jsonl", [saved, follow_up, {"question": "Who sang?", "unanswerable": True}])
    with Library.write(tmp_path / "library") as library:
        library.add([tmp_path / "ferry.txt", tmp_path / "flood.txt"])
        written.print_citations(library, read_samples(samples), tmp_path / "journals")
        cited = capsys.readouterr().out.splitlines()
        written.print_speed(library, read_samples(samples).samples)
    for row in cited[2:]:
        assert row.split(" | ")[2:] == [*["1.000 ± 0.000"] * 4, "1.000", "1.000 ± 0.000 |"]
    assert set(printed(capsys)) >= {"each with its number", "none with a number"}


def test_a_draft_is_checked_and_what_is_found_and_wrongly_marked_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "eval" / "sets" / "newsroom"
    (folder / "articles").mkdir(parents=True)
    quote = "The water reached 7.4 metres at the town gauge."
    (folder / "articles" / "one.txt").write_text(f"Flood\n\n{quote} Schools stay closed.\n", "utf-8")
    rows = [(quote, None), ("The water reached 9.4 metres at the town gauge.", "number"), ("Nobody laughed.", None)]
    lines = [
        json.dumps({"text": "a", "paragraph": 1, "sentence": sentence, "altered": altered, "quote": quote})
        for sentence, altered in rows
    ]
    (folder / "drafts.jsonl").write_text("\n".join(lines), "utf-8")
    main(["drafts", "--data", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "| number | 1 | 0 | 1 | 0 | 0 | 1 |" in shown
    assert "1 of 1 altered sentences are found, 1 of 2 others marked" in shown
    assert "true  Nobody laughed.  [unsupported: no article says anything like it]" in shown


def test_days_are_judged_by_rules_and_by_dateparser(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    meant = {"text": "Wednesday", "start": 16, "first": "2022-09-21", "last": "2022-09-21"}
    row = {
        "published": "2022-09-23",
        "before": "",
        "sentence": "It was moved on Wednesday, not on Sundays.",
        "days": [meant],
    }
    unknown = {"text": "that night", "start": 8, "first": None, "last": None}
    other = {**row, "sentence": "It came that night.", "days": [unknown], "article": "a.txt"}
    write(tmp_path / "eval" / "sets" / "days" / "sentences.jsonl", [row, other])
    main(["days", "--data", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert "| rules | all, 2 | 1.000 (2) | 0.000 (0) | 0.000 (0) | 0.000 (0) | 0 |" in lines
    assert any(
        line.startswith("| dateparser, future preferred | invented, 1 | 0.000 (0) | 1.000 (1)") for line in lines
    )
