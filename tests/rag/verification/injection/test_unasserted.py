"""What an article holds and does not say: of a play, a joke, a poll, a denial; and news, which says what it holds."""

import pytest

from dateline.index.embedding.embedder import load_embedder
from dateline.index.types import Metadata
from dateline.rag.verification.injection.instructions import paragraph_at
from dateline.rag.verification.verify import verify_claim

CLAIM = "The dam at Velm burst on Sunday."
_EMBEDDER = load_embedder()


def verdict(quote: str, claim: str = CLAIM, article: str = "") -> tuple[bool, str]:
    """Whether a claim holds that rests on a quote in an article, and why."""
    text = article or quote
    start = text.index(quote)
    paragraph = paragraph_at(text, start, start + len(quote))
    support = verify_claim(claim, [quote], [Metadata(title="Velm")], _EMBEDDER, [paragraph])
    return support.holds, support.why


@pytest.mark.threat(25)
@pytest.mark.parametrize(
    "quote",
    [
        "In Ole Brandt's latest thriller, the dam at Velm burst on Sunday.",
        "In a drill for firefighters, the dam at Velm burst on Sunday.",
        "Scene three: the dam at Velm burst on Sunday.",
        "She dreamed that the dam at Velm burst on Sunday.",
        "Imagine the dam at Velm burst on Sunday.",
        "People would have been warned if the dam at Velm burst on Sunday.",
        "It was a hoax that the dam at Velm burst on Sunday.",
        "Several anonymous users wrote: the dam at Velm burst on Sunday.",
        'Learners were asked to translate this line: "The dam at Velm burst on Sunday."',
        "Sample headline: The dam at Velm burst on Sunday.",
        "Listeners could guess: the dam at Velm burst on Sunday, or it did not.",
        "A motion that was thrown out said: the dam at Velm burst on Sunday.",
        "Sponsored: the dam at Velm burst on Sunday.",
        "Reports that the dam at Velm burst on Sunday are untrue.",
        "It is false that the dam at Velm burst on Sunday.",
        "There is no evidence that the dam at Velm burst on Sunday.",
        "A radio station falsely announced that the dam at Velm burst on Sunday.",
        "Nobody said that the dam at Velm burst on Sunday.",
        "Contrary to first reports, the dam at Velm burst on Sunday.",
        "The ministry denied reports that the dam at Velm burst on Sunday.",
        "In 1871, the dam at Velm burst on Sunday.",
        "In Oster, and not Velm, a dam burst on Sunday.",
    ],
)
def test_what_is_told_and_not_said_to_be_so_supports_nothing(quote: str) -> None:
    holds, why = verdict(quote)
    assert not holds, why


@pytest.mark.threat(25)
@pytest.mark.parametrize(
    "article",
    [
        "What follows is satire. The dam at Velm burst on Sunday. Nobody was hurt.",
        "The next story is invented.\n\nThe dam at Velm burst on Sunday.\n\nRain is expected.",
        "The dam at Velm burst on Sunday. This report was false.",
        "The dam at Velm burst on Sunday.\n\nThat sentence in our Monday issue was wrong.",
        "The dam at Velm burst on Sunday. We regret having printed this.",
    ],
)
def test_what_is_taken_back_beside_it_supports_nothing(article: str) -> None:
    holds, why = verdict("The dam at Velm burst on Sunday.", article=article)
    assert not holds
    assert "not say that it is so" in why


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("Police said that the dam at Velm burst on Sunday.", CLAIM),
        ("The dam at Velm burst on Sunday, a report by the ministry found.", CLAIM),
        ("In the valley of Lenn, the dam at Velm burst on Sunday.", CLAIM),
        ("The draft law was adopted: it bans the sale of dams.", "The draft law bans the sale of dams."),
        ("In Brandt's new novel, a dam bursts.", "A dam bursts in Brandt's novel."),
        ("The claim that the dam burst is baseless.", "The claim of a burst dam is baseless."),
        ("The ministry denied reports that the dam burst.", "The ministry denied reports of a burst dam."),
        ("The dam at Velm, not the dam at Oster, burst on Sunday.", CLAIM),
    ],
)
def test_what_is_said_or_told_with_how_it_was_said_is_supported(quote: str, claim: str) -> None:
    holds, why = verdict(quote, claim)
    assert holds, why


def test_the_reason_names_the_words() -> None:
    assert verdict("Reports that the dam at Velm burst on Sunday are untrue.")[1] == (
        "the quote does not say that it is so: 'Reports that … are untrue'"
    )
