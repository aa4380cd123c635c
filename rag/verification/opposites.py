"""Opposites: pairs of words of which one turns around what the other says."""

import re
from collections.abc import Iterator

from dateline.rag.verification.tokens import stem

_PAIRS = """
    able/unable above/below accept/decline accept/reject acknowledge/deny acting/former add/remove admit/deny
    advance/retreat agree/disagree agree/refuse alive/dead allow/ban allow/forbid ally/enemy ally/opponent
    ally/rival always/never ancient/modern appoint/dismiss approve/disapprove approve/refuse approve/reject
    approve/veto arrest/release arrive/depart arrive/leave asleep/awake attack/defend attend/miss avert/cause
    back/oppose back/reject before/after begin/end begin/halt begin/stop best/worst better/worse big/small
    bigger/smaller biggest/smallest block/unblock boom/slump boy/girl brother/sister build/demolish burn/extinguish
    buy/sell calm/panic calm/unrest ceasefire/offensive certain/uncertain cheap/expensive civilian/military
    clean/contaminated clean/dirty climb/drop climb/fall climb/slide comply/defy concede/deny confirm/deny
    confirm/dispute construct/demolish continue/end continue/halt continue/stop convict/acquit convict/clear
    correct/incorrect correct/wrong cover/uncover create/destroy damage/spare day/night debtor/creditor deepen/ease
    delay/accelerate delay/hasten deport/admit deposit/withdraw destroy/preserve die/live direct/indirect
    disclose/conceal domestic/foreign double/halve dry/wet early/late ease/tighten ease/worsen east/west
    easy/difficult elect/defeat elect/reject enable/prevent encourage/discourage endorse/oppose endorse/reject
    enter/leave expand/shrink expel/admit extend/curtail extend/shorten fast/slow faster/slower father/mother
    favour/oppose find/lose first/last flood/drain former/current former/sitting free/detain free/imprison
    freeze/thaw frequent/rare frequently/rarely fresh/stale friend/enemy friend/foe front/back full/empty gain/drop
    gain/fall gain/lose good/bad grant/refuse grow/decline grow/shrink growth/decline growth/recession guilty/acquit
    guilty/innocent happy/unhappy harden/soften high/low higher/lower highest/lowest hire/dismiss hire/fire
    hire/sack hit/miss honest/corrupt host/guest hot/cold husband/wife import/export impose/waive improve/worsen
    include/exclude income/spending increase/cut increase/decline increase/decrease increase/drop increase/reduce
    injured/unhurt inland/offshore innocent/corrupt inside/outside introduce/abolish invest/withdraw join/leave
    jump/drop keep/abolish known/unknown large/small larger/smaller largest/smallest launch/abandon launch/shelve
    lawful/unlawful lead/trail left/right legal/illegal lend/borrow lend/repay lift/impose light/heavy
    likely/unlikely load/unload local/foreign lock/unlock long/short longer/shorter longest/shortest loosen/fasten
    lose/keep love/hate loyal/disloyal major/minor majority/few majority/minority male/female man/woman
    manual/automatic many/few maximum/minimum men/women more/fewer more/less morning/afternoon morning/evening
    most/few most/least new/ancient north/south often/rarely often/seldom old/new old/young older/younger
    oldest/youngest open/close open/shut optimistic/pessimistic optional/mandatory pass/fail peace/war permit/ban
    permit/forbid poor/wealthy positive/negative possible/impossible postpone/advance praise/condemn
    praise/criticise present/absent prevent/cause profit/loss public/private raise/cut raise/lower raise/reduce
    rally/slump ratify/reject raw/cooked related/unrelated release/detain release/hold release/jail remember/forget
    reopen/close reopen/shut rescue/kill resign/stay restore/remove resume/halt resume/suspend retire/serve
    reveal/conceal rich/needy rich/poor right/wrong rise/decline rise/drop rise/fall safe/dangerous safe/risky
    safe/unsafe same/different save/lose senior/junior sentence/acquit sentence/clear sign/cancel simple/complex
    slightly/badly slightly/seriously soar/plunge soar/slump son/daughter sound/insolvent speed/slow
    stability/instability stable/unstable start/end start/halt start/stop strengthen/weaken strong/weak
    stronger/weaker succeed/fail support/oppose surface/bottom surge/drop surge/plunge surplus/deficit survive/die
    swell/shrink temporary/permanent tight/loose tighten/loosen tighten/relax top/bottom truce/war true/false
    unanimous/divided united/divided up/down uphold/overturn uphold/quash upper/lower upstream/downstream
    urban/rural usually/rarely victory/defeat victory/setback visible/hidden voluntary/compulsory warm/cold
    welcome/condemn welcome/criticise welcome/expel widen/narrow win/defeat win/lose
""".split()
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "mis")
_PREFIX = re.compile(f"^(?:{'|'.join(_PREFIXES)})")


def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for pair in _PAIRS:
        one, other = map(stem, pair.split("/"))
        table.setdefault(one, set()).add(other)
        table.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in table.items()}


_OPPOSITES = _table()


def opposites(stem: str) -> Iterator[str]:
    """The stems of words that may be the opposite of one: known ones, and it with or without ``un-`` or the like."""
    yield from sorted(_OPPOSITES.get(stem, ()))
    bare = _PREFIX.sub("", stem)
    if bare != stem and len(bare) > 3:
        yield bare
    yield from negative_forms(stem)


def negative_forms(stem: str) -> Iterator[str]:
    """What a stem would be with each of the prefixes that deny it."""
    return (f"{prefix}{stem}" for prefix in _PREFIXES)


def are_opposites(one: str, other: str) -> bool:
    """Whether two stems are known to be of opposite words."""
    return other in _OPPOSITES.get(one, ())
