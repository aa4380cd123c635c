"""Checking what a chat model wrote: a raw sentence and the passages in, its words, citations and verdict out.

Numbers become the spans that they stand for, so that no citation can be invented: one that stands for nothing is
dropped and counted. A sentence without a number is held against the sentences that are likeliest to support it.
"""

from collections.abc import Callable, Sequence
from datetime import date

from index.types import Embedder, Passage, Span
from rag.markers import read_markers
from rag.markup import to_plain
from rag.models import ChatModel
from rag.prompts import Numbered, local_day
from rag.rewriting import ModelRewriter
from rag.types import Checked, Quotation, Support
from rag.verification.support import probability, read_evidence
from rag.verification.words import content_stems, read_words
from rag.verifying import best_quotes, verify_claim
from rag.writing import RawSentence, Writer, Writing

_MOST = 5  # sentences that one claim rests on: a model that cites half of what it was shown cites nothing


def check_sentence(sentence: RawSentence, passages: Sequence[Passage], embedder: Embedder) -> Checked:
    """The sentence without its markers, the places that it rests on, and the verdict.

    Args:
        sentence: as the model wrote it, markers and all.
        passages: those that the model was given.
        embedder: compares what words mean.
    """
    marked = read_markers(sentence.text, len(sentence.sentences))
    claim = to_plain(marked.text, ()).text
    cited = list({_place(one, passages): one for one in (sentence.sentences[at] for at in marked.numbers)}.values())
    if not cited or len(cited) > _MOST:
        among = cited or list(sentence.sentences.values())
        texts = [_words(one, passages) for one in among]
        cited = [among[at] for at in best_quotes(claim, texts, embedder, _MOST if cited else 2)]
    quotes = [_words(one, passages) for one in cited]
    plain = to_plain(marked.text, quotes)
    return Checked(
        text=plain.text,
        quotations=tuple(
            Quotation(passage=one.passage, span=one.span, score=probability(read_evidence(plain.text, [quote], ())))
            for one, quote in zip(cited, quotes, strict=True)
        ),
        support=_verdict(plain.text, quotes, [passages[one.passage] for one in cited], embedder, foreign=plain.foreign),
        unknown=marked.unknown,
    )


def write_with(model: ChatModel, embedder: Embedder, today: Callable[[], date] = local_day) -> Writing:
    """How a chat model writes answers and rewrites questions, and each of its sentences is checked."""
    return Writing(
        writer=Writer(model, today),
        check=lambda sentence, passages: check_sentence(sentence, passages, embedder),
        rewriter=ModelRewriter(model, today),
    )


def _verdict(
    claim: str, quotes: Sequence[str], passages: Sequence[Passage], embedder: Embedder, *, foreign: bool
) -> Support:
    if not content_stems(read_words(claim)) or claim.rstrip("*_ ").endswith(":"):
        return Support(supported=False, why="it says nothing that could be checked")
    if foreign:
        return Support(supported=False, why="it held a link, an image or an address that its quotes lack")
    return verify_claim(claim, quotes, [passage.metadata for passage in passages], embedder)


def _place(sentence: Numbered, passages: Sequence[Passage]) -> tuple[str, Span]:
    return passages[sentence.passage].article_id, sentence.span


def _words(sentence: Numbered, passages: Sequence[Passage]) -> str:
    return passages[sentence.passage].words_at(sentence.span)
