"""How a source stands, in words, and which subscriptions are told of it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from alerts.digest import rfc3339
from alerts.lines import one_line
from alerts.wording import moment_in_words
from messages.catalogue import N_, translations
from messages.recorded import retold
from storage.filters import Filter
from storage.tables import Event

# Told to operators: by webhooks on 'instant', and to subscriptions on how outlets fare.
TOLD = ("source.drift", "source.silent", "source.recovered")
LONGEST = 300

_STATES = {
    "ok": N_("well"),
    "failing": N_("failing"),
    "drifting": N_("drifting"),
    "silent": N_("silent"),
}
_REASONS = {
    "missed": N_("the outlet's own selector found no text on {bad} of {of} pages"),
    "empty": N_("no article in {bad} of {of} pages"),
    "undated": N_("{bad} of {of} pages no longer say when they were published"),
    "unsigned": N_("{bad} of {of} pages no longer name an author"),
    "disagreed": N_("on {bad} of {of} pages the general extractor reads another text"),
    "unfetched": N_("{bad} of {of} article pages could not be had"),
    "silent": N_("nothing new since {last}; about {missing} articles were to be expected by now"),
    "recovered": N_("it was {was} since {last}"),
    "partly": N_("{url} has failed for {days} days while others answer: {error}"),
}


def state_in_words(state: str, language: str) -> str:
    """Say how a source stands in a word or two."""
    return translations(language).gettext(_STATES.get(state, state))


def reason_in_words(reason: Mapping[str, Any], zone: tzinfo, language: str) -> str:
    """Say why a source stands as it does, in one line; empty if all is well."""
    say, why = translations(language), reason.get("why", "")
    if why == "polls":
        pattern = say.ngettext(
            "the last poll failed: {error}", "the last {polls} polls failed: {error}",
            int(reason["polls"]),
        )  # fmt: skip
    elif why in _REASONS:
        pattern = say.gettext(_REASONS[why])
    else:
        return str(why)
    facts = dict(reason)
    if "was" in facts:
        facts["was"] = say.gettext(_STATES.get(facts["was"], facts["was"]))
    if "last" in facts:
        moment = datetime.fromisoformat(facts["last"])
        facts["last"] = moment_in_words(moment, zone, language)
    if "error" in facts:
        facts["error"] = retold(str(facts["error"]), say.gettext)
    return one_line(pattern.format(**facts), LONGEST)


def concerns(event: Event, wanted: Filter, kinds: Mapping[str, str]) -> bool:
    """Tell whether a filter lets an event of a source through; ``kinds`` are theirs by id.

    Who asks for topics, names or words wants articles and nothing else.
    """
    if wanted.topics or wanted.entities or wanted.query or event.source is None:
        return False
    if wanted.sources and event.source not in wanted.sources:
        return False
    return not wanted.kinds or kinds.get(event.source) in wanted.kinds


def told(event: Event, zone: tzinfo, language: str) -> dict[str, Any]:
    """Give what a call on a source's state says: source, reason in words, since when."""
    return {
        "source": event.source,
        "reason": reason_in_words(event.data.get("reason", {}), zone, language),
        "since": rfc3339(datetime.fromisoformat(event.data["since"]), zone),
    }
