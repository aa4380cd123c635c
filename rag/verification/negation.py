"""Polarity: whether a claim denies, weakens or turns around what its quotes say.

A cue ("not", "may", "denied", "plans to") reaches over the next words of its clause, the first of which says most. The
same words under other cues in claim and quote are a flip. So is a word whose opposite stands in the quote.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dateline.rag.verification.opposites import are_opposites, negative_forms, opposites
from dateline.rag.verification.tokens import Word, read_words

_FIRM = {
    "not": """
        not no never nobody nothing none neither nor without cannot hardly barely scarcely unable unlikely | no
        longer | no one | failed to | fails to | fail to | failing to | refused to | refuses to | refuse to |
        refusing to | declined to | declines to | far from | ruled out | rules out | rule out | ruling out |
        stopped short of | refrained from | prevented from | by no means | not at all | on no account | in no
        case | under no circumstances | neglected to | in no way
    """,
    "denied": """
        denied denies deny denying dismissed dismisses dismiss refuted refutes refute rebutted disputed disputes
    """,
    "may": """
        may might could possibly perhaps maybe likely likeliest probably apparently conceivably presumably |
        appears to | appear to | appeared to | seems to | seem to | thought to | believed to | not certain | not
        sure | unclear whether
    """,
    "alleged": """
        alleged allegedly alleges allege reportedly supposedly purportedly purported rumoured rumored suspected
        suspects accused accuses accusing | said to have | claims that | claimed that | claims to | claimed to
    """,
    "planned": """
        will would | plans to | planned to | plan to | planning to | intends to | intended to | intend to | aims
        to | aimed to | hopes to | hoped to | hope to | proposes to | proposed to | wants to | wanted to | want
        to | expected to | expects to | expect to | scheduled to | considering | promised to | promises to |
        pledged to | vowed to | is to | are to | was to | were to | due to be | going to | set to | wishes to |
        wished to
    """,
    "": """
         | no more than | no fewer than | no less than | not more than | not less than | not only | no doubt |
        not just
    """,
}
"""Kinds of cues: single words, then phrases, of what turns a statement into another; an empty kind is none at all."""
_LOOSE = {
    "not": """
        lack lacks lacked lacking absence absent avoid avoids avoided stop stops stopped prevent prevents
        prevented fail failsfailed failure refuse refused refusal decline declined incapable impossible
        regardless except | instead of | rather than | free of | yet to | anything but
    """,
    "denied": """
        denial dismissing contradicts contradicted disavowed rejects rejected reject contests contested
    """,
    "may": """
        can possible probable potential potentially chance suspected suspects suspicion reportedly suggests
        suggested expected appears seems uncertain unclear risk would should | expected to | about to
    """,
    "alleged": """
        claims claimed claim suspicion rumour rumor unconfirmed charged charges ostensibly according may might
    """,
    "planned": """
        shall plan plans planned planning intention aim aims hope hopes proposal propose proposes proposed want
        wants expected expects expect anticipates anticipated projects projected forecast forecasts scheduled
        seek seeks sought seeking promise pledge pledged undertook vow urge urged recommends recommended should
        must may might could awaiting future upcoming next until looks designed trying tries tried decided
        agreed likely probably | has to | have to | had to | due to | about to | calls for | called for | likely
        to | by the end
    """,
}
"""What says nearly the same as the cues of a kind: where it stands, one of them may be left out or put in."""


def _phrases(table: dict[str, str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for kind, cues in table.items():
        words, *phrases = cues.split("|")
        for phrase in (*words.split(), *phrases):
            key = tuple(phrase.split())
            found[key] = (*found.get(key, ()), kind)
    return found


_PHRASES, _NEAR_PHRASES = _phrases(_FIRM), _phrases(_LOOSE)
_LONGEST = max(map(len, _PHRASES))
_REACH = 4  # content words


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A word or phrase that turns what follows it, and the words it reaches."""

    kind: str
    text: str
    start: int
    """Index of its first word; ``end`` is that behind its last."""
    end: int
    scope: tuple[str, ...]
    """Stems of the content words that it reaches, nearest first."""
    places: tuple[int, ...]
    """Indices of these words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """Where claim and quotes part; one of them is empty where only the other has a cue."""

    kind: str
    quote: str
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The words of a text and its cues."""

    words: tuple[Word, ...]
    cues: tuple[Cue, ...]

    def stems(self) -> set[str]:
        """The stems of all words."""
        return {word.stem for word in self.words}

    def under(self, stem: str, kind: str) -> list[bool]:
        """For each place where a stem stands, whether a cue of that kind reaches it."""
        reached = {place for cue in self.cues if cue.kind == kind for place in cue.places}
        return [at in reached for at, word in enumerate(self.words) if word.stem == stem]


@lru_cache(maxsize=512)
def read_polarity(text: str) -> Reading:
    """The words and cues of a text."""
    words = read_words(text)
    return Reading(words=words, cues=tuple(_cues(words)))


def find_flip(claim: Reading, quote: Reading) -> Flip | None:
    """The first thing that the claim turns around, given all its quotes as one text."""
    return next(_opposites(claim, quote), None) or next(_turned(claim, quote), None)


# Cues


def _cues(words: Sequence[Word]) -> Iterator[Cue]:
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST, 0, -1) if _kind(words[at : at + n], n) is not None), 0)
        kind = _kind(words[at : at + length], length) if length else _contracted(words[at])
        if kind and not _is_month(words, at):
            end = at + max(1, length)
            places = tuple(_reached(words, end, at))
            scope = tuple(words[place].stem for place in places)
            text = " ".join(word.lower for word in words[at:end])
            yield Cue(kind=kind, text=text, start=at, end=end, scope=scope, places=places)
        at += max(1, length)


def _kind(words: Sequence[Word], length: int) -> str | None:
    if len(words) < length or any(word.opens for word in words[1:]):
        return None
    kinds = _PHRASES.get(tuple(word.lower for word in words))
    return kinds[0] if kinds else None


def _contracted(word: Word) -> str | None:
    if word.lower.endswith("n't"):
        return "not"
    return "planned" if word.lower.endswith("'ll") else None


def _is_month(words: Sequence[Word], at: int) -> bool:
    return words[at].text == "May" and (
        not words[at].opens or words[at + 1 : at + 2] == () or words[at + 1].text.isdigit()
    )


def _reached(words: Sequence[Word], end: int, start: int) -> Iterator[int]:
    given = 0
    for place in range(end, min(len(words), end + 12)):
        word = words[place]
        if word.opens or (given and word.lower in ("but", "and", "because", "although", "while", "who", "which")):
            break
        if word.is_content and not any(one.isdigit() for one in word.text) and word.lower not in _SINGLE:
            yield place
            given += 1
        if given == _REACH:
            return
    if start and (not given or words[start].lower in _BACKWARD):  # "the bank denied this", "she knew nothing"
        yield from (place for place in range(start - 1, max(-1, start - 3), -1) if words[place].is_content)


_BACKWARD = frozenset("nothing none nobody no neither".split())
_SINGLE = frozenset(phrase[0] for phrase in _PHRASES if len(phrase) == 1)


# Comparing


def _turned(claim: Reading, quote: Reading) -> Iterator[Flip]:
    claimed, quoted = claim.stems(), quote.stems()
    for cue in quote.cues:
        if _is_dropped(cue, claim, quote, claimed):
            yield Flip(kind=cue.kind, quote=cue.text, claim=_instead(cue, claim, quote))
    for cue in claim.cues:
        if _is_added(cue, quote, quoted):
            yield Flip(kind=cue.kind, quote=_instead(cue, quote, claim), claim=cue.text)


def _instead(cue: Cue, there: Reading, here: Reading) -> str:
    """The cue that reaches the same word in the other text and that this one lacks; empty where none does."""
    kinds = {one.kind for one in here.cues}
    return next((one.text for one in there.cues if cue.scope[0] in one.scope and one.kind not in kinds), "")


def _is_near(reading: Reading, kind: str) -> bool:
    """Whether a text says, in other words than the cues of a kind, nearly the same."""
    lower = [word.lower for word in reading.words]
    runs = (tuple(lower[at : at + length]) for length in (1, 2) for at in range(len(lower)))
    return any(kind in _NEAR_PHRASES.get(run, ()) for run in runs)


def _is_dropped(cue: Cue, claim: Reading, quote: Reading, claimed: set[str]) -> bool:
    """Whether the claim says without the cue what the quote says under it only."""
    here = [stem for stem in cue.scope if stem in claimed]
    if not cue.scope or not here or _is_near(claim, cue.kind):
        return False
    if cue.scope[0] in claimed:
        return not any(claim.under(cue.scope[0], cue.kind)) and all(quote.under(cue.scope[0], cue.kind))
    same = sum(one.kind == cue.kind for one in claim.cues)
    same = any(one.kind == cue.kind for one in claim.cues)
    return len(here) >= 2 and not same and all(all(quote.under(stem, cue.kind)) for stem in here)


def _is_added(cue: Cue, quote: Reading, quoted: set[str]) -> bool:
    """Whether the quote says without the cue what the claim says under it."""
    if not cue.scope or _is_near(quote, cue.kind):
        return False
    if cue.kind == "not" and any(one in quoted for one in negative_forms(cue.scope[0])):
        return False
    if cue.scope[0] in quoted:
        return not any(quote.under(cue.scope[0], cue.kind))
    return not any(one.kind == cue.kind for one in quote.cues)


def _opposites(claim: Reading, quote: Reading) -> Iterator[Flip]:
    """Words of the claim whose opposite the quote holds and not the word itself."""
    quoted = {word.stem: word for word in quote.words}
    claimed = claim.stems()
    for word in claim.words:
        if word.stem in quoted or not word.is_content:
            continue  # "before" and "after" are opposites in the same place only
        for against in (one for one in opposites(word.stem) if one in quoted):
            denied = any(claim.under(word.stem, "not")) != any(quote.under(against, "not"))
            if against not in claimed and not denied:
                yield Flip(kind="opposite", quote=quoted[against].lower, claim=word.lower)


def knows_cue(phrase: str) -> bool:
    """Whether a phrase holds a cue."""
    return bool(read_polarity(phrase).cues)


def are_turned(quoted: str, claimed: str) -> Flip | None:
    """What a cue among a few words changes that stand in the place of others."""
    quote, claim = read_polarity(quoted), read_polarity(claimed)
    for cue in claim.cues:
        if all(one.kind != cue.kind for one in quote.cues) and not _is_near(quote, cue.kind):
            return Flip(kind=cue.kind, quote=quote.cues[0].text if quote.cues else "", claim=cue.text)
    for cue in quote.cues:
        if all(one.kind != cue.kind for one in claim.cues) and not _is_near(claim, cue.kind) and claimed:
            return Flip(kind=cue.kind, quote=cue.text, claim=claim.cues[0].text if claim.cues else "")
    return None


def knows_opposites(one: str, other: str) -> bool:
    """Whether two words are known to be opposites."""
    firsts, others = read_words(one), read_words(other)
    return len(firsts) == len(others) == 1 and are_opposites(firsts[0].stem, others[0].stem)
