"""A sentence that a chat model wrote and its passages in; its words, its citations and the verdict on it out.

Numbers become the spans that they stand for, so that no citation can be invented: one that stands for nothing is
dropped and counted. A sentence without a number is held against the sentences that are likeliest to support it.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date

from dateline.index.errors import NoSuchArticle
from dateline.index.types import Article, Embedder, Passage
from dateline.rag.parsing.parsed_text import ParsedText, parse
from dateline.rag.parsing.tokens import content_stems
from dateline.rag.types import Checked, Quotation, Support
from dateline.rag.verification.injection.instructions import paragraph_at, what_is_said
from dateline.rag.verification.support_score import read_overlap, support_score
from dateline.rag.verification.verify import judge
from dateline.rag.writing.chat_models import ChatModel
from dateline.rag.writing.citation_markers import read_markers
from dateline.rag.writing.prompts import Numbered, local_day
from dateline.rag.writing.sanitize import Plain, to_plain
from dateline.rag.writing.writer import RawSentence, Writer, Writing

_MOST = 5  # sentences that one claim rests on: a model that cites half of what it was shown cites nothing
_REPEATED = 3  # times that each word stands in a sentence that says nothing
_LOOKED_AT = 5  # sentences that share the most words with a claim: their vectors decide
_CLEARLY = 2  # times the words that the next sentence shares: there is nothing for vectors to decide


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
    claim = parse(to_plain(marked.text, ()).text)
    given = [sentence.sentences[at] for at in marked.numbers]
    cited = list({(passages[one.passage].article_id, one.span): one for one in given}.values())
    if not cited or len(cited) > _MOST:
        among = cited or list(sentence.sentences.values())
        texts = [_words(one, passages) for one in among]
        cited = [among[at] for at in best_quotes(claim.text, texts, embedder, _MOST if cited else 2)]
    quotes = [parse(_words(one, passages)) for one in cited]
    paragraphs = [_paragraph(one, passages, find_article) for one in cited]
    said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, paragraphs, strict=True)]
    plain = to_plain(marked.text, [one.text for one in said])
    if plain.text != claim.text:  # an address that the quotes hold is a part of the claim
        claim = parse(plain.text)
        said = [what_is_said(quote, claim, paragraph) for quote, paragraph in zip(quotes, paragraphs, strict=True)]
    metadata = [passages[one.passage].metadata for one in cited]
    return Checked(
        text=plain.text,
        quotations=tuple(
            Quotation(passage=one.passage, span=one.span, score=support_score(read_overlap(claim, [quote])))
            for one, quote in zip(cited, quotes, strict=True)
        ),
        support=_unverifiable(claim, plain) or judge(claim, quotes, said, metadata, embedder),
        unknown=marked.unknown,
    )


def best_quotes(claim: str, sentences: Sequence[str], embedder: Embedder, most: int = 2) -> tuple[int, ...]:
    """Indices of the sentences that may support a claim without a marker, best first.

    Those that share most words with it are compared by their vectors as well, where none shares far more than the next;
    one that shares none is not among them.
    A second sentence is given only where it holds words of the claim that the first one lacks.
    """
    stems = parse(claim).stems
    held = [stems & parse(sentence).stems for sentence in sentences]
    likely = sorted((at for at, words in enumerate(held) if words), key=lambda at: -len(held[at]))[:_LOOKED_AT]
    if len(likely) > 1 and len(held[likely[0]]) < _CLEARLY * len(held[likely[1]]):
        vectors = embedder.embed_passages([claim, *(sentences[at] for at in likely)])
        scores = dict(zip(likely, (vectors[1:] @ vectors[0]).tolist(), strict=True))
        likely.sort(key=lambda at: -(len(held[at]) / len(stems) + scores[at]))
    chosen: list[int] = []
    for at in likely:
        if len(chosen) < most and (not chosen or held[at] - set().union(*(held[one] for one in chosen))):
            chosen.append(at)
    return tuple(chosen)


def write_with(
    model: ChatModel, embedder: Embedder, today: Callable[[], date] = local_day, find_article: FindArticle | None = None
) -> Writing:
    """How a chat model writes answers and rewrites questions, and each of its sentences is checked.

    Arguments as of ``check_sentence``.
    """
    writer = Writer(model, today)
    return Writing(
        writer=writer,
        check=lambda sentence, passages: check_sentence(sentence, passages, embedder, find_article),
        rewrite=writer.rewrite,
    )


def _unverifiable(claim: ParsedText, plain: Plain) -> Support | None:
    """The verdict on a sentence that need not be held against anything."""
    stems = content_stems(claim.words)
    if not stems or plain.text.rstrip("*_ ").endswith(":") or len(stems) >= _REPEATED * len(set(stems)) > _REPEATED - 1:
        return Support(verdict="unsupported", why="it says nothing that could be checked")
    if plain.foreign:
        return Support(verdict="unsupported", why="it held a link, an image or an address that its quotes lack")
    return None


def _words(sentence: Numbered, passages: Sequence[Passage]) -> str:
    return passages[sentence.passage].words_at(sentence.span)


def _paragraph(sentence: Numbered, passages: Sequence[Passage], find_article: FindArticle | None) -> str:
    passage = passages[sentence.passage]
    text, start = passage.text, passage.start
    if find_article:
        with suppress(NoSuchArticle):
            text, start = find_article(passage.article_id).text, 0
    return paragraph_at(text, sentence.span.start - start, sentence.span.end - start)
