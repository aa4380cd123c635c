"""Negation: whether a claim denies, weakens or turns around what its quotes say.

A cue ("not", "may", "denied", "plans to") reaches over the next words of its clause, the first of which says most. The
same words under other cues in claim and quote are a flip. So is a word whose opposite stands in the quote.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dateline.rag.parsing.tokens import Word, stem

_FIRM = {
    "not": """not no never nobody nothing none neither nor without cannot hardly barely scarcely unable unlikely | no
        longer | no one | failed to | fails to | fail to | failing to | refused to | refuses to | refuse to | refusing
        to | declined to | declines to | far from | ruled out | rules out | rule out | ruling out | stopped short of |
        refrained from | prevented from | by no means | not at all | on no account | in no case | under no
        circumstances | neglected to | in no way""",
    "denied": """denied denies deny denying dismissed dismisses dismiss refuted refutes refute rebutted disputed
        disputes""",
    "may": """may might could possibly perhaps maybe likely likeliest probably apparently conceivably presumably |
        appears to | appear to | appeared to | seems to | seem to | thought to | believed to | not certain | not sure |
        unclear whether""",
    "alleged": """alleged allegedly alleges allege reportedly supposedly purportedly purported rumoured rumored
        suspected suspects accused accuses accusing | said to have | claims that | claimed that | claims to | claimed
        to""",
    "planned": """will would | plans to | planned to | plan to | planning to | intends to | intended to | intend to |
        aims to | aimed to | hopes to | hoped to | hope to | proposes to | proposed to | wants to | wanted to | want to
        | expected to | expects to | expect to | scheduled to | considering | promised to | promises to | pledged to |
        vowed to | is to | are to | was to | were to | due to be | going to | set to | wishes to | wished to""",
    "": """| no more than | no fewer than | no less than | not more than | not less than | not only | no doubt | not
        just""",
}
"""Kinds of cues: single words, then phrases, of what turns a statement into another; an empty kind is none at all."""
_LOOSE = {
    "not": """lack lacks lacked lacking absence absent avoid avoids avoided stop stops stopped prevent prevents
        prevented fail fails failed failure refuse refused refusal decline declined incapable impossible regardless
        except | instead of | rather than | free of | yet to | anything but""",
    "denied": """denial dismissing contradicts contradicted disavowed rejects rejected reject contests contested""",
    "may": """can possible probable potential potentially chance suspected suspects suspicion reportedly suggests
        suggested expected appears seems uncertain unclear risk would should | expected to | about to""",
    "alleged": """claims claimed claim suspicion rumour rumor unconfirmed charged charges ostensibly according may
        might""",
    "planned": """shall plan plans planned planning intention aim aims hope hopes proposal propose proposes proposed
        want wants expected expects expect anticipates anticipated projects projected forecast forecasts scheduled seek
        seeks sought seeking promise pledge pledged undertook vow urge urged recommends recommended should must may
        might could awaiting future upcoming next until looks designed trying tries tried decided agreed likely
        probably | has to | have to | had to | due to | about to | calls for | called for | likely to""",
}
"""What says nearly the same as the cues of a kind: where it stands, one of them may be left out or put in."""
_PAIRS = """able/unable above/below accept/decline accept/reject acknowledge/deny acting/former add/remove admit/deny
    advance/retreat agree/disagree agree/refuse alive/dead allow/ban allow/forbid ally/enemy ally/opponent ally/rival
    always/never ancient/modern appoint/dismiss approve/disapprove approve/refuse approve/reject approve/veto
    arrest/release arrive/depart arrive/leave asleep/awake attack/defend attend/miss avert/cause back/oppose
    back/reject before/after begin/end begin/halt begin/stop best/worst better/worse big/small bigger/smaller
    biggest/smallest block/unblock boom/slump boy/girl brother/sister build/demolish burn/extinguish buy/sell
    calm/panic calm/unrest ceasefire/offensive certain/uncertain cheap/expensive civilian/military clean/contaminated
    clean/dirty climb/drop climb/fall climb/slide comply/defy concede/deny confirm/deny confirm/dispute
    construct/demolish continue/end continue/halt continue/stop convict/acquit convict/clear correct/incorrect
    correct/wrong cover/uncover create/destroy damage/spare day/night debtor/creditor deepen/ease delay/accelerate
    delay/hasten deport/admit deposit/withdraw destroy/preserve die/live direct/indirect disclose/conceal
    domestic/foreign double/halve dry/wet early/late ease/tighten ease/worsen east/west easy/difficult elect/defeat
    elect/reject enable/prevent encourage/discourage endorse/oppose endorse/reject enter/leave expand/shrink
    expel/admit extend/curtail extend/shorten fast/slow faster/slower father/mother favour/oppose find/lose first/last
    flood/drain former/current former/sitting free/detain free/imprison freeze/thaw frequent/rare frequently/rarely
    fresh/stale friend/enemy friend/foe front/back full/empty gain/drop gain/fall gain/lose good/bad grant/refuse
    grow/decline grow/shrink growth/decline growth/recession guilty/acquit guilty/innocent happy/unhappy harden/soften
    high/low higher/lower highest/lowest hire/dismiss hire/fire hire/sack hit/miss honest/corrupt host/guest hot/cold
    husband/wife import/export impose/waive improve/worsen include/exclude income/spending increase/cut
    increase/decline increase/decrease increase/drop increase/reduce injured/unhurt inland/offshore innocent/corrupt
    inside/outside introduce/abolish invest/withdraw join/leave jump/drop keep/abolish known/unknown large/small
    larger/smaller largest/smallest launch/abandon launch/shelve lawful/unlawful lead/trail left/right legal/illegal
    lend/borrow lend/repay lift/impose light/heavy likely/unlikely load/unload local/foreign lock/unlock long/short
    longer/shorter longest/shortest loosen/fasten lose/keep love/hate loyal/disloyal major/minor majority/few
    majority/minority male/female man/woman manual/automatic many/few maximum/minimum men/women more/fewer more/less
    morning/afternoon morning/evening most/few most/least new/ancient north/south often/rarely often/seldom old/new
    old/young older/younger oldest/youngest open/close open/shut optimistic/pessimistic optional/mandatory pass/fail
    peace/war permit/ban permit/forbid poor/wealthy positive/negative possible/impossible postpone/advance
    praise/condemn praise/criticise present/absent prevent/cause profit/loss public/private raise/cut raise/lower
    raise/reduce rally/slump ratify/reject raw/cooked related/unrelated release/detain release/hold release/jail
    remember/forget reopen/close reopen/shut rescue/kill resign/stay restore/remove resume/halt resume/suspend
    retire/serve reveal/conceal rich/needy rich/poor right/wrong rise/decline rise/drop rise/fall safe/dangerous
    safe/risky safe/unsafe same/different save/lose senior/junior sentence/acquit sentence/clear sign/cancel
    simple/complex slightly/badly slightly/seriously soar/plunge soar/slump son/daughter sound/insolvent speed/slow
    stability/instability stable/unstable start/end start/halt start/stop strengthen/weaken strong/weak stronger/weaker
    succeed/fail support/oppose surface/bottom surge/drop surge/plunge surplus/deficit survive/die swell/shrink
    temporary/permanent tight/loose tighten/loosen tighten/relax top/bottom truce/war true/false unanimous/divided
    united/divided up/down uphold/overturn uphold/quash upper/lower upstream/downstream urban/rural usually/rarely
    victory/defeat victory/setback visible/hidden voluntary/compulsory warm/cold welcome/condemn welcome/criticise
    welcome/expel widen/narrow win/defeat win/lose""".split()
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
_PREFIX = re.compile(f"^(?:{'|'.join(_PREFIXES)})")


def _phrases(table: dict[str, str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for kind, cues in table.items():
        words, *phrases = cues.split("|")
        for phrase in (*words.split(), *phrases):
            key = tuple(phrase.split())
            found[key] = (*found.get(key, ()), kind)
    return found


_PHRASES, _NEAR_PHRASES = _phrases(_FIRM), _phrases(_LOOSE)
_LONGEST, _LONGEST_NEAR = max(map(len, _PHRASES)), max(map(len, _NEAR_PHRASES))
_REACH = 4  # content words
_BACKWARD = frozenset("nothing none nobody no neither".split())
_SINGLE = frozenset(phrase[0] for phrase in _PHRASES if len(phrase) == 1)


def _both_ways(pairs: Sequence[str]) -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for pair in pairs:
        one, other = map(stem, pair.split("/"))
        table[one] = table.get(one, frozenset()) | {other}
        table[other] = table.get(other, frozenset()) | {one}
    return table


_PRAISE = "praise hail welcome celebrate".split()
_BLAME = "criticise criticize condemn denounce slam blast deplore rebuke mock".split()
NOUNS = frozenset(("lives",))
"""Words that look like a verb with an opposite: who lost theirs died."""
_OPPOSITES = _both_ways([*_PAIRS, *(f"{one}/{other}" for one in _PRAISE for other in _BLAME)])


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
class Negations:
    """The words of a text and the cues among them."""

    words: tuple[Word, ...]
    cues: tuple[Cue, ...]
    near: frozenset[str]
    """Kinds of cues that the text says in other words, or nearly so."""

    @property
    def stems(self) -> set[str]:
        """The stems of all words."""
        return {word.stem for word in self.words}

    def has(self, kind: str) -> bool:
        """Whether there is a cue of a kind."""
        return any(cue.kind == kind for cue in self.cues)

    def under(self, stem: str, kind: str) -> list[bool]:
        """For each place where a stem stands, whether a cue of that kind reaches it."""
        reached = {place for cue in self.cues if cue.kind == kind for place in cue.places}
        return [at in reached for at, word in enumerate(self.words) if word.stem == stem]


def read_negations(words: Iterable[Word]) -> Negations:
    """The cues among the words of a text, or of some texts in a row."""
    words = tuple(words)
    lower = [word.lower for word in words]
    runs = (tuple(lower[at : at + length]) for length in range(1, _LONGEST_NEAR + 1) for at in range(len(lower)))
    near = frozenset(kind for run in runs for kind in _NEAR_PHRASES.get(run, ()))
    return Negations(words=words, cues=tuple(_cues(words)), near=near)


def find_flip(claim: Negations, quote: Negations) -> Flip | None:
    """The first thing that the claim turns around, given all its quotes as one text."""
    return next(_opposites(claim, quote), None) or next(_turned(claim, quote), None)


def find_exchanged_cue(claim: Negations, quote: Negations) -> Flip | None:
    """What a cue changes among a few words of a claim that stand in the place of others."""
    if not claim.words:
        return None
    for cue in claim.cues:
        if not quote.has(cue.kind) and cue.kind not in quote.near:
            return Flip(kind=cue.kind, quote=_first_cue(quote), claim=cue.text)
    for cue in quote.cues:
        if not claim.has(cue.kind) and cue.kind not in claim.near:
            return Flip(kind=cue.kind, quote=cue.text, claim=_first_cue(claim))
    return None


def _first_cue(negations: Negations) -> str:
    return negations.cues[0].text if negations.cues else ""


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
    return words[at].text == "May" and (not words[at].opens or at + 1 == len(words) or words[at + 1].text.isdigit())


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


# Comparing


def _turned(claim: Negations, quote: Negations) -> Iterator[Flip]:
    claimed, quoted = claim.stems, quote.stems
    for cue in quote.cues:
        if _is_dropped(cue, claim, quote, claimed):
            yield Flip(kind=cue.kind, quote=cue.text, claim=_instead(cue, claim, quote))
    for cue in claim.cues:
        if _is_added(cue, quote, quoted):
            yield Flip(kind=cue.kind, quote=_instead(cue, quote, claim), claim=cue.text)


def _instead(cue: Cue, there: Negations, here: Negations) -> str:
    """The cue that reaches the same word in the other text and that this one lacks; empty where none does."""
    return next((one.text for one in there.cues if cue.scope[0] in one.scope and not here.has(one.kind)), "")


def _is_dropped(cue: Cue, claim: Negations, quote: Negations, claimed: set[str]) -> bool:
    """Whether the claim says without the cue what the quote says under it only."""
    here = [stem for stem in cue.scope if stem in claimed]
    if not here or cue.kind in claim.near:
        return False
    if cue.scope[0] in claimed:
        return not any(claim.under(cue.scope[0], cue.kind)) and all(quote.under(cue.scope[0], cue.kind))
    return len(here) >= 2 and not claim.has(cue.kind) and all(all(quote.under(stem, cue.kind)) for stem in here)


def _is_added(cue: Cue, quote: Negations, quoted: set[str]) -> bool:
    """Whether the quote says without the cue what the claim says under it."""
    if not cue.scope or cue.kind in quote.near:
        return False
    if cue.kind == "not" and any(one in quoted for one in _negative_forms(cue.scope[0])):
        return False
    if cue.scope[0] in quoted:
        return not any(quote.under(cue.scope[0], cue.kind))
    return not quote.has(cue.kind)


def _opposites(claim: Negations, quote: Negations) -> Iterator[Flip]:
    """Words of the claim whose opposite the quote holds and not the word itself."""
    quoted = {word.stem: word for word in quote.words}
    claimed = claim.stems
    for word in claim.words:
        if word.stem in quoted or not word.is_content or word.lower in NOUNS:
            continue  # "before" and "after" are opposites in the same place only
        for against in (one for one in _possible_opposites(word.stem) if one in quoted):
            denied = any(claim.under(word.stem, "not")) != any(quote.under(against, "not"))
            if against not in claimed and not denied:
                yield Flip(kind="opposite", quote=quoted[against].lower, claim=word.lower)


# Opposites


def are_opposites(one: str, other: str) -> bool:
    """Whether two stems are known to be of opposite words."""
    return other in _OPPOSITES.get(one, ())


def _possible_opposites(stem: str) -> Iterator[str]:
    """The stems of words that may be the opposite of one: known ones, and it with or without ``un-`` or the like."""
    yield from sorted(_OPPOSITES.get(stem, ()))
    bare = _PREFIX.sub("", stem)
    if bare != stem and len(bare) > 3:
        yield bare
    yield from _negative_forms(stem)


def _negative_forms(stem: str) -> Iterator[str]:
    """What a stem would be with each of the prefixes that deny it."""
    return (f"{prefix}{stem}" for prefix in _PREFIXES)
