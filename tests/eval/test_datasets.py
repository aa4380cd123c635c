import gzip
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dateline.eval.datasets.beir import BeirDocument, read_beir
from dateline.eval.datasets.claims import read_judged_claims
from dateline.eval.datasets.desk import ARTICLES, CLAIMS, FURTHER, Part, desk_articles, desk_claims
from dateline.eval.datasets.files import spread
from dateline.eval.datasets.followups import Followup, read_followups
from dateline.eval.datasets.multihop import multihop_articles, multihop_questions
from dateline.eval.datasets.natural_questions import read_clapnq
from dateline.eval.datasets.news import news_articles, news_questions
from dateline.eval.datasets.spans import span_questions
from dateline.eval.datasets.squad import read_squad, read_twins
from dateline.eval.errors import SetError


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
    return path


def write_rows(path: Path, rows: Iterable[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(map(json.dumps, rows)) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_beir(folder: Path, qrels: str) -> Path:
    write_rows(
        folder / "corpus.jsonl", [{"_id": "d1", "title": "Lenn", "text": "The harbour."}, {"_id": "d2", "text": "x"}]
    )
    write_rows(folder / "queries.jsonl", [{"_id": "q1", "text": "where?"}, {"_id": "q2", "text": "who?"}])
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels, "utf-8")
    return folder


def squad_file(version: str, asked: list[dict[str, Any]]) -> dict[str, Any]:
    paragraph = {"context": "The ferry sank in 1931.", "qas": asked}
    return {"version": version, "data": [{"title": "Old_ferry", "paragraphs": [paragraph]}]}


def test_squad_is_read_from_its_nested_form(tmp_path: Path) -> None:
    asked = {"id": "a", "question": "When?", "answers": [{"text": "1931", "answer_start": 18}]}
    (question,) = read_squad(write_json(tmp_path / "dev.json", squad_file("1.1", [asked])))
    assert (question.title, question.context) == ("Old ferry", "The ferry sank in 1931.")
    assert question.answers == ("1931",)


def test_an_impossible_question_has_no_answers(tmp_path: Path) -> None:
    plausible = [{"text": "1931", "answer_start": 18}]
    asked = {"id": "a", "question": "Who?", "answers": [], "is_impossible": True, "plausible_answers": plausible}
    (question,) = read_squad(write_json(tmp_path / "dev.json", squad_file("v2.0", [asked])))
    assert question.answers == ()


def test_squad_is_read_from_one_question_a_line(tmp_path: Path) -> None:
    row = {"id": "a", "title": "Old_ferry", "question": "When?", "context": "In 1931.", "answers": [{"text": "1931"}]}
    assert [one.answers for one in read_squad(write_rows(tmp_path / "dev.jsonl.gz", [row, row]))] == [("1931",)] * 2


def test_a_misleading_question_is_read_with_its_twin(tmp_path: Path) -> None:
    row = {
        "title": "Old_ferry", "context": "In 1931.", "question": "Who?", "paired_question": "When?",
        "paired_answers": ["1931"], "answers": [], "unanswerable": True,
    }  # fmt: skip
    (read,) = read_twins(write_rows(tmp_path / "twins.jsonl.gz", [row]))
    assert (read.question, read.twin, read.answers) == ("Who?", "When?", ("1931",))
    tenths = {replace(read, title=f"{number}").tenth for number in range(200)}
    assert tenths == set(range(10))
    assert replace(read, title="Old ferry").tenth == read.tenth


def test_sets_of_the_form_of_squad_may_have_no_title_and_no_answer(tmp_path: Path) -> None:
    row = {"id": "a", "title": None, "question": "Who?", "context": "In 1931.", "answers": [], "unanswerable": True}
    (read,) = read_squad(write_rows(tmp_path / "dev.jsonl.gz", [{**row, "doc": "wiki:1:0:0"}]))
    assert (read.title, read.answers, read.document) == ("", (), "wiki:1:0:0")


def test_a_judged_claim_is_supported_contradicted_or_not_said(tmp_path: Path) -> None:
    rows = [{"text": "It sank.", "claim": "It sank.", "supported": told, "case": "c"} for told in (True, False, None)]
    read = read_judged_claims(write_rows(tmp_path / "claims.jsonl.gz", rows))
    assert [one.supported for one in read] == [True, False, None]
    assert len({one.tenth for one in read}) == 1


def test_desk_is_read_by_part(tmp_path: Path) -> None:
    known = {"title": None, "published": None, "source": None, "url": None, "text": "It sank."}
    claim = {"claim": "It sank.", "evidence": ["It sank."], "supported": True, "kind": "quoted"}
    write_rows(tmp_path / ARTICLES, [{"id": str(number), **known} for number in range(50)])
    write_rows(tmp_path / CLAIMS, [{"article": str(number), **claim} for number in range(50)])
    parts: tuple[Part, ...] = ("dev", "calibration", "training")
    read = {part: desk_claims(tmp_path, part) for part in parts}
    assert sum(map(len, read.values())) == 50
    articles = desk_articles(tmp_path)
    assert all(articles[one.article].part == one.part == part for part, some in read.items() for one in some)
    assert len(read["training"]) > len(read["dev"]) > 0


def test_what_was_written_later_is_trained_on_whole(tmp_path: Path) -> None:
    known = {"title": None, "published": None, "source": None, "url": None, "text": "It sank."}
    claim = {"claim": "It sank.", "evidence": ["It sank."], "supported": True, "kind": "quoted"}
    for folder, names in (("desk", range(20)), (FURTHER, range(20, 40))):
        rows = [{"id": str(name), **known} for name in names]
        write_rows(tmp_path / folder / Path(ARTICLES).name, rows)
        write_rows(tmp_path / folder / Path(CLAIMS).name, [{"article": one["id"], **claim} for one in rows])
    trained = {int(one.article) for one in desk_claims(tmp_path, "training")}
    assert trained >= set(range(20, 40))
    assert {one.part for one in desk_articles(tmp_path).values() if one.further} == {"training"}
    assert all(int(one.article) < 20 for part in ("dev", "calibration") for one in desk_claims(tmp_path, part))


def test_a_beir_folder_gives_documents_and_the_questions_that_have_a_relevant_one(tmp_path: Path) -> None:
    head = "query-id\tcorpus-id\tscore\n"
    documents, questions = read_beir(write_beir(tmp_path / "set", f"{head}q1\td1\t2\nq1\td2\t0\nq2\td2\t0\n"))
    assert documents[0] == BeirDocument(id="d1", title="Lenn", text="The harbour.")
    assert documents[1].title == ""
    assert [(one.id, one.text, dict(one.grades)) for one in questions] == [("q1", "where?", {"d1": 2, "d2": 0})]


def test_multihop_is_read_with_its_evidence(tmp_path: Path) -> None:
    article = {
        "title": "Ferry", "body": "It sank.", "source": "Lenn Post", "url": "https://lenn.example/1",
        "published_at": "2023-09-26T19:00:00+00:00", "category": "news", "author": None,
    }  # fmt: skip
    evidence = {"title": "Ferry", "fact": "It sank.", "source": "Lenn Post", "author": None, "category": "news"}
    question = {"query": "What sank?", "answer": "Yes", "question_type": "inference_query", "evidence_list": [evidence]}
    write_json(tmp_path / "corpus.json", [article])
    write_json(tmp_path / "MultiHopRAG.json", [question])
    assert [one.body for one in multihop_articles(tmp_path)] == ["It sank."]
    (read,) = multihop_questions(tmp_path)
    assert (read.question, [one.fact for one in read.evidence]) == ("What sank?", ["It sank."])


def test_news_is_read_as_articles_and_questions(tmp_path: Path) -> None:
    article = {"id": "n1", "title": None, "source": "s", "url": "u", "published": "2022/06/17", "text": "It sank."}
    question = {"question": "What sank?", "answers": ["it"], "gold_articles": ["n1"], "articles_with_answer": []}
    write_rows(tmp_path / "news" / "articles.jsonl.gz", [article])
    write_rows(tmp_path / "news" / "questions.jsonl.gz", [question])
    assert [one.id for one in news_articles(tmp_path)] == ["n1"]
    assert [one.gold_articles for one in news_questions(tmp_path)] == [frozenset({"n1"})]


def write_spans(folder: Path, start: int) -> Path:
    reference = {"content": "sank", "start_index": start, "end_index": start + 4}
    write_rows(folder / "spans" / "corpora.jsonl.gz", [{"corpus": "sea", "text": "The ferry sank."}])
    write_rows(
        folder / "spans" / "questions.jsonl.gz", [{"question": "What?", "corpus": "sea", "references": [reference]}]
    )
    return folder


def test_references_of_spans_are_places_in_their_text(tmp_path: Path) -> None:
    (question,) = span_questions(write_spans(tmp_path, 10))
    assert (question.corpus, [(one.start, one.end) for one in question.references]) == ("sea", [(10, 14)])


def test_marked_sentences_of_clapnq_are_spans_of_the_passage(tmp_path: Path) -> None:
    sentences = ["It sank .", "", "Nobody died .", "It rained ."]
    output = [{"answer": "", "selected_sentences": ["Nobody died ."]}, {"answer": "", "selected_sentences": []}]
    row = {"id": "1", "input": "who died", "passages": [{"title": "Ferry", "sentences": sentences}], "output": output}
    (question,) = read_clapnq(write_rows(tmp_path / "answerable.jsonl.gz", [row]))
    assert [span.of(question.passage) for span in question.sentences] == [one for one in sentences if one]
    assert [[span.of(question.passage) for span in spans] for spans in question.marked] == [["Nobody died ."]]


def test_a_follow_up_question_is_the_last_turn(tmp_path: Path) -> None:
    row = {"conversation": "|user|: what sank?\n|user|: when was that? ", "rewrite": "|user|: When did it sink?"}
    (read,) = read_followups(write_rows(tmp_path / "questions.jsonl.gz", [row]))
    assert read == Followup(asked=("what sank?", "when was that?"), rewrite="When did it sink?")
    assert (read.earlier, read.question) == (("what sank?",), "when was that?")


def test_a_part_of_a_set_is_spread_over_it() -> None:
    assert spread(range(10), 3) == [0, 3, 6]
    assert spread(range(3), 0) == spread(range(3), 5) == [0, 1, 2]


def truncated(path: Path) -> Path:
    whole = gzip.compress(b'{"conversation": "|user|: what?", "rewrite": "|user|: what?"}\n' * 50)
    path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (lambda to: read_squad(to / "none.json"), "no SQuAD file at"),
        (lambda to: read_squad(to), "can't read the SQuAD file"),
        (lambda to: read_squad(write_json(to / "a.json", [])), "is no SQuAD file: input should be"),
        (lambda to: read_squad(write_json(to / "a.json", {"data": [{"title": "x"}]})), "data.0.paragraphs: field"),
        (lambda to: read_squad(write_json(to / "a.json", {"data": []})), "it holds no question"),
        (
            lambda to: read_squad(
                write_json(to / "a.json", squad_file("1.1", [{"id": "i", "question": "?", "answers": []}]))
            ),
            "question 'i' has no answers",
        ),
        (lambda to: read_beir(to), "no BEIR corpus at"),
        (lambda to: read_beir(write_beir(to / "b", "q1 d1 1\n")), "its first line is not query-id"),
        (lambda to: read_beir(write_beir(to / "b", "query-id\tcorpus-id\tscore\nq1\td1\n")), "line 2"),
        (lambda to: read_beir(write_beir(to / "b", "query-id\tcorpus-id\tscore\nq9\td1\t1\n")), "judge the query 'q9'"),
        (lambda to: read_beir(write_beir(to / "b", ""), "dev"), "splits there: test; choose with --split"),
        (
            lambda to: multihop_articles(write_json(to / "corpus.json", [{}]).parent),
            "is no MultiHop-RAG corpus: 0.title",
        ),
        (lambda to: news_articles(to), "no file of news articles at"),
        (lambda to: span_questions(write_spans(to, 9)), "a reference is not where it should be"),
        (lambda to: read_clapnq(write_rows(to / "c.jsonl", [{"input": "who"}])), "line 1: passages: field required"),
        (
            lambda to: read_followups(write_rows(to / "f.jsonl", [{"conversation": "a", "rewrite": "b"}])),
            "a turn does not",
        ),
        (lambda to: read_followups(truncated(to / "f.jsonl.gz")), "can't read the file of follow-up questions"),
    ],
)
def test_a_file_of_another_form_is_told_in_one_line(read: Callable[[Path], object], told: str, tmp_path: Path) -> None:
    with pytest.raises(SetError) as caught:
        read(tmp_path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
