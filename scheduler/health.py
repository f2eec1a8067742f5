"""How a source fares, from what a poll saw and what was usual before: pure functions.

A source is ``ok``, ``failing`` (nothing can be had), ``drifting`` (its pages are no longer read as
they were) or ``silent`` (nothing new for far longer than it ever takes). Failing and silence lie
over a drift, which is still there when they end: it is then not told of a second time.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import log
from typing import Any, Literal

from crawler.signs import Tally

State = Literal["ok", "failing", "drifting", "silent"]

# The chance that a source as it always was raises an alarm within as many pages as its past has.
CHANCE = 0.02
# One odd page is never a sign.
LEAST_BAD = 2
# What a page with an article's address owes in any case; the other signs need a past to differ
# from: many an outlet never names an author.
OWED = frozenset({"missed", "empty", "unfetched"})
LEAST_PAST = 10
# An endpoint that fails for so many days while others answer is told of.
PARTLY_DAYS = 3

Reason = Mapping[str, Any]
# Stands in the reason of a failure that operators were told of.
TOLD = "told"


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, since when, and why: ``reason`` holds ``why`` (a word) and its facts."""

    state: State = "ok"
    since: datetime | None = None
    reason: Reason = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """How many pages bore a sign before this poll, of how many; the run they ended in."""

    of: int = 0
    bad: int = 0
    run: int = 0


def worse(bad: int, of: int, past: Past) -> bool:
    """Tell whether most pages bear a sign, and more of them than the past lets expect.

    The bound is Chernoff's, which for pages that are all bad is the plain product of chances. Of a
    source without a past a sign is believed on the sixth page in a row; where no page of a hundred
    bore it, on the second; where one in ten of a thousand did, on the fifth.
    """
    if bad < LEAST_BAD or 2 * bad <= of:
        return False
    share, usual = bad / of, (past.bad + 1) / (past.of + 2)
    if share <= usual:
        return False
    surprise = share * log(share / usual)
    if share < 1:
        surprise += (1 - share) * log((1 - share) / (1 - usual))
    return of * surprise >= log((past.of + 1) / CHANCE)


def turned(tallies: Mapping[str, Tally], pasts: Mapping[str, Past]) -> Iterator[Reason]:
    """Give the signs that a source's pages bear now and did not before, the most telling first.

    Looked at are the pages of this poll, and the latest ones in a row, which may be from several
    polls: most polls find one page.
    """
    for sign, tally in tallies.items():
        past = pasts.get(sign, Past())
        run = max(tally.run_after(past.run), 0)
        before_run = Past(past.of + tally.of - run, past.bad + tally.bad - run)
        for bad, of, before in ((tally.bad, tally.of, past), (run, run, before_run)):
            known = sign in OWED or before.of >= LEAST_PAST
            if known and worse(bad, of, before):
                yield {"why": sign, "bad": bad, "of": of}
                break


def mended(sign: str, tallies: Mapping[str, Tally], pasts: Mapping[str, Past]) -> bool:
    """Tell whether a sign is gone: two pages without it, and most of this poll's."""
    tally = tallies.get(sign, Tally())
    good = tally.of - tally.bad
    in_a_row = -tally.run_after(pasts.get(sign, Past()).run)
    return good > tally.bad and (good >= 2 or in_a_row >= 2)


def after_failure(before: Standing, now: datetime, reason: Reason) -> Standing:
    """Give the standing after a poll that failed; what was before waits beneath."""
    if before.state == "failing":
        kept = {name: before.reason[name] for name in (TOLD, "beneath") if name in before.reason}
        return Standing("failing", before.since, {**reason, **kept})
    return Standing("failing", now, _over(reason, _kept(before)))


def after_silence(before: Standing, now: datetime, reason: Reason) -> Standing:
    """Give the standing of a source that has fallen silent."""
    if before.state == "silent":
        return before
    return Standing("silent", now, _over(reason, _kept(before)))


def uncovered(before: Standing) -> Standing:
    """Give what lay beneath a failure or a silence that is over."""
    if before.state not in ("failing", "silent"):
        return before
    kept = before.reason.get("beneath")
    if not kept:
        return Standing()
    return Standing(kept["state"], datetime.fromisoformat(kept["since"]), kept["reason"])


def ended(before: Standing, after: Standing) -> Standing | None:
    """Give the state that operators were told of and that is over now that a source is well."""
    if after.state != "ok" or before.state == "ok":
        return None
    if before.state != "failing" or TOLD in before.reason:
        return before
    kept = before.reason.get("beneath")
    return ended(uncovered(before), after) if kept else None


def has_begun(before: Standing, after: Standing) -> bool:
    """Tell whether a state is a new one, and did not lie beneath the one before."""
    known, kept = {before.state}, before.reason.get("beneath")
    while kept:
        known.add(kept["state"])
        kept = kept["reason"].get("beneath")
    return after.state not in known


def _over(reason: Reason, beneath: Any) -> Reason:
    return {**reason, "beneath": beneath} if beneath else reason


def _kept(standing: Standing) -> Reason | None:
    if standing.state == "ok" or standing.since is None:
        return None
    since = standing.since.isoformat()
    return {"state": standing.state, "since": since, "reason": dict(standing.reason)}


def after_reading(
    before: Standing, now: datetime, tallies: Mapping[str, Tally], pasts: Mapping[str, Past]
) -> Standing:
    """Give the standing after a poll that could ask its endpoints, by the pages it read."""
    found = list(turned(tallies, pasts))
    lost = next((reason for reason in found if reason["why"] == "unfetched"), None)
    drift = next((reason for reason in found if reason["why"] != "unfetched"), None)
    if lost:
        return after_failure(before, now, lost)
    still = before
    if before.state == "drifting" and mended(before.reason["why"], tallies, pasts):
        still = Standing()
    if drift:
        since = still.since if still.state == "drifting" else now
        return Standing("drifting", since, drift)
    return still
