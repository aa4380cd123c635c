"""Checking what a chat model wrote: a raw sentence and the passages in, its words, citations and verdict out.

Numbers become the spans that they stand for, so that no citation can be invented: one that stands for nothing is
dropped and counted. A sentence without a number is held against the sentences that are likeliest to support it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from dateline.index.errors import NoSuchArticle
from dateline.index.types import Article, Embedder, Passage, Span
from dateline.rag.types import Checked, Quotation, Support
from dateline.rag.verification.injection.instructions import paragraph_at
from dateline.rag.verification.support_score import probability, read_evidence
from dateline.rag.verification.tokens import content_stems, read_words
from dateline.rag.verification.verify import best_quotes, verify_claim, what_is_said
from dateline.rag.writing.chat_models import ChatModel
from dateline.rag.writing.citation_markers import read_markers
from dateline.rag.writing.prompts import Numbered, local_day
from dateline.rag.writing.rewriter import ModelRewriter
from dateline.rag.writing.sanitize import Plain, to_plain
from dateline.rag.writing.writer import RawSentence, Writer, Writing

_MOST = 5  # sentences that one claim rests on: a model that cites half of what it was shown cites nothing
_BABBLE = 3  # times that each word stands in a sentence that says nothing


FindArticle = Callable[[str], Article]
"""The article of an id; raises NoSuchArticle where it was removed."""


def check_sentence(
    sentence: RawSentence, passages: Sequence[Passage], embedder: Embedder, find_article: FindArticle | None = None
) -> Checked:
    """The sentence without its markers, the places that it rests on, and the verdict.

    Args:
        sentence: as the model wrote it, markers and all.
        passages: those that the model was given.
        embedder: compares what words mean.
        find_article: gives the text around a passage; without it, what is said there is judged by the passage alone.
    """
    marked = read_markers(sentence.text, len(sentence.sentences))
    claim = to_plain(marked.text, ()).text
    cited = list({_place(one, passages): one for one in (sentence.sentences[at] for at in marked.numbers)}.values())
    if not cited or len(cited) > _MOST:
        among = cited or list(sentence.sentences.values())
        texts = [_words(one, passages) for one in among]
        cited = [among[at] for at in best_quotes(claim, texts, embedder, _MOST if cited else 2)]
    quotes = [_words(one, passages) for one in cited]
    paragraphs = [_paragraph(one, passages, find_article) for one in cited]
    said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, paragraphs, strict=True)]
    plain = to_plain(marked.text, said)
    return Checked(
        text=plain.text,
        quotations=tuple(
            Quotation(passage=one.passage, span=one.span, score=probability(read_evidence(plain.text, [quote], ())))
            for one, quote in zip(cited, quotes, strict=True)
        ),
        support=_unverifiable(plain)
        or verify_claim(plain.text, quotes, [passages[one.passage].metadata for one in cited], embedder, paragraphs),
        unknown=marked.unknown,
    )


def write_with(
    model: ChatModel,
    embedder: Embedder,
    today: Callable[[], date] = local_day,
    find_article: FindArticle | None = None,
) -> Writing:
    """How a chat model writes answers and rewrites questions, and each of its sentences is checked.

    Arguments as of ``check_sentence``.
    """
    return Writing(
        writer=Writer(model, today),
        check=lambda sentence, passages: check_sentence(sentence, passages, embedder, find_article),
        rewriter=ModelRewriter(model, today),
    )


def _unverifiable(plain: Plain) -> Support | None:
    """The verdict on a sentence that need not be held against anything."""
    stems = content_stems(read_words(plain.text))
    if not stems or plain.text.rstrip("*_ ").endswith(":") or len(stems) >= _BABBLE * len(set(stems)) > _BABBLE - 1:
        return Support(supported=False, why="it says nothing that could be checked")
    if plain.foreign:
        return Support(supported=False, why="it held a link, an image or an address that its quotes lack")
    return None


def _place(sentence: Numbered, passages: Sequence[Passage]) -> tuple[str, Span]:
    return passages[sentence.passage].article_id, sentence.span


def _words(sentence: Numbered, passages: Sequence[Passage]) -> str:
    return passages[sentence.passage].words_at(sentence.span)


def _paragraph(sentence: Numbered, passages: Sequence[Passage], find_article: FindArticle | None) -> str:
    passage = passages[sentence.passage]
    text, start = passage.text, passage.start
    if find_article:
        with suppress(NoSuchArticle):
            text, start = find_article(passage.article_id).text, 0
    return paragraph_at(text, sentence.span.start - start, sentence.span.end - start)
