"""The reader's model is trained on answers where they stand, and on passages without one that hold none."""

import random

from dateline.eval.training.mining import Drawing, Example, holds, rename
from dateline.eval.training.questions import Asked, paragraph_at
from dateline.index.embedding.embedder import shipped_tokenizer
from dateline.index.types import Article, Metadata, Origin, Passage, Span
from tests.harness.fakes import FakeEmbedder

_PARAGRAPHS = (
    "The Old Bridge at Ambleford was built in 1731. It fell into the river in the flood of 1904, and nobody was hurt.",
    "Its architect, Henrietta Vance, also drew the town hall. She was paid forty guineas.",
)
_OTHER = "Ambleford has a market on Tuesdays. In 1731 it had 900 people, most of them weavers from Castle Drummond."


def _article(title: str, text: str) -> Article:
    origin = Origin(name=f"squad/{title}", sha256="0" * 64, encoding="utf-8")
    body = (Span(0, len(text)),)
    return Article(text=text, body=body, metadata=Metadata(title=title, source="squad"), origins=(origin,))


_BRIDGE = _article("Old Bridge", "\n\n".join(_PARAGRAPHS))
_TOWN = _article("Ambleford", _OTHER)


def _asked(question: str, answer: str) -> Asked:
    start = _BRIDGE.text.index(answer)
    return Asked(
        text=question,
        article=_BRIDGE,
        paragraph=paragraph_at(_BRIDGE.text, start),
        answer=Span(start, start + len(answer)),
        answers=(answer,),
    )


_QUESTIONS = (
    _asked("When was the Old Bridge built?", "1731"),
    _asked("Who drew the town hall at Ambleford?", "Henrietta Vance"),
    _asked("What was Henrietta Vance paid?", "forty guineas"),
)


def _passage(article: Article, span: Span) -> Passage:
    return Passage(
        article_id=article.id, metadata=article.metadata, origin=article.origins[0].name,
        start=span.start, end=span.end, text=span.of(article.text), sentences=(span,),
        score=0.0, text_rank=1, vector_rank=1, cosine=0.0,
    )  # fmt: skip


def _search(question: str) -> list[Passage]:
    """Every paragraph there is."""
    middles = (0, len(_PARAGRAPHS[0]) + 10)
    bridge = [_passage(_BRIDGE, paragraph_at(_BRIDGE.text, at)) for at in middles]
    return [*bridge, _passage(_TOWN, Span(0, len(_OTHER)))]


def _drawn(seeds: range = range(60)) -> list[tuple[Asked, Example]]:
    embedder = FakeEmbedder()
    articles = {one.id: one for one in (_BRIDGE, _TOWN)}
    return [
        (asked, example)
        for seed in seeds
        for asked in _QUESTIONS
        for example in Drawing(articles, embedder, _search, seed).draw(asked)
    ]


def _text_of(example: Example) -> str:
    """The passage of an example, put together again from its tokens."""
    wordpieces = shipped_tokenizer().decode(example.pair.ids[example.pair.text : -1])
    return " ".join(wordpieces.split())


def test_an_answer_is_mapped_back_to_its_exact_characters() -> None:
    answered = 0
    for asked, example in _drawn():
        if example.answer is None:
            continue
        answered += 1
        spans = example.pair.spans
        text = next(
            text
            for text in (asked.paragraph.of(_BRIDGE.text), *(chunk.text for chunk in _search("")), _BRIDGE.text)
            if len(text) == spans[-1].end
        )
        first, last = (spans[token - example.pair.text] for token in example.answer)
        assert text[first.start : last.end] == asked.answers[0]
    assert answered == 60 * len(_QUESTIONS)


def test_a_passage_without_an_answer_never_holds_an_answer_string() -> None:
    wrong = [(asked, one) for asked, one in _drawn() if not one.answerable and "renamed" not in one.kind]
    assert wrong
    for asked, example in wrong:
        assert asked.answers[0].lower() not in _text_of(example)


def test_a_passage_without_an_answer_is_of_the_same_article_and_of_others() -> None:
    kinds = {example.kind for _, example in _drawn()}
    assert {"squad same article", "squad other article", "squad renamed"} <= kinds


def test_half_of_the_examples_have_no_answer() -> None:
    drawn = [example.answerable for _, example in _drawn()]
    assert sum(drawn) == len(drawn) / 2


def test_a_renamed_question_asks_for_another_name_of_its_kind() -> None:
    question = "When was the Old Bridge at Ambleford opened in 1731?"
    for seed in range(20):
        renamed = rename(question, "In 1904 the weavers of Castle Drummond left.", random.Random(seed))
        assert renamed is not None
        assert ("1904" in renamed) == ("1731" not in renamed)
        assert renamed.count("Castle Drummond") == ("1731" in renamed)


def test_a_question_without_a_name_is_not_renamed() -> None:
    assert rename("who was paid?", "Henrietta Vance of Ambleford", random.Random(1)) is None


def test_an_answer_is_held_in_any_case_and_with_any_white_space() -> None:
    assert holds("paid FORTY\n guineas at once", ["forty guineas"])
    assert not holds("paid forty pounds", ["forty guineas"])


def test_the_same_seed_draws_the_same_examples() -> None:
    assert _drawn(range(2)) == _drawn(range(2))
