"""Digests and confirmations as mails: subject, text and HTML from the same value."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from markupsafe import escape

from alerts import glance
from alerts.digest import Digest
from alerts.lines import one_line
from alerts.links import CONFIRM_WITHIN
from alerts.outlets import OutletReport
from alerts.sections import sections
from alerts.templating import environment
from alerts.wording import date_in_words
from messages.catalogue import translations

LONGEST = 101_000
"""Most bytes of the HTML part: mail programs cut off what is over 102 kB."""

# Stories told with all that is known, and those told at all; the next pair where they are too long.
_SIZES = ((50, 100), (40, 80), (30, 60), (20, 40), (10, 25))
_MOST_PIECES = 5
_SHEETS = 200
# Stand where a subscription's own links will: of chance, so that no outlet's text can hold them.
_MANAGE = f"https://{secrets.token_hex(16)}.invalid/manage"
_UNSUBSCRIBE = f"https://{secrets.token_hex(16)}.invalid/unsubscribe"
_INLINER = css_inline.CSSInliner(
    keep_at_rules=True,
    load_remote_stylesheets=False,
    remove_inlined_selectors=True,
    minify_css=True,
)


@dataclass(frozen=True, slots=True)
class Footing:
    """What a mail says of its subscription: its pages, and schedule and filters in words."""

    public_url: str
    manage_url: str
    unsubscribe_url: str
    schedule: str
    filters: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A question to a new subscriber, in their language: is it you who wants this?"""

    language: str
    recipient: str
    public_url: str
    confirm_url: str
    schedule: str
    filters: str


@dataclass(frozen=True, slots=True)
class Disabled:
    """News to the owner of a webhook: nothing has arrived for days, so nothing more is sent."""

    language: str
    timezone: str
    subscription: str
    address: str
    since: datetime
    answer: str
    manage_url: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """An answer to somebody who signs up and has a subscription already."""

    language: str
    recipient: str
    public_url: str
    manage_url: str
    schedule: str
    filters: str
    paused: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """The parts of a mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What equal digests have in common: all but whose they are and the links that tell it."""

    digest: Digest
    footing: Footing

    def __hash__(self) -> int:
        stories = tuple(entry.story for entry in self.digest.entries)
        return hash((self.footing, self.digest.timezone, self.digest.period_to, stories))


def render_digest(digest: Digest, footing: Footing) -> Rendered:
    """Set a digest as a mail; what equal digests have in common is set once."""
    common = _common(
        _Sheet(
            # Mails tell times to the minute.
            replace(
                digest,
                subscription="",
                period_from=digest.period_from.replace(second=0, microsecond=0),
                period_to=digest.period_to.replace(second=0, microsecond=0),
            ),
            replace(footing, manage_url=_MANAGE, unsubscribe_url=_UNSUBSCRIBE),
        )
    )
    text, html = common.text, common.html
    for mark, link in ((_MANAGE, footing.manage_url), (_UNSUBSCRIBE, footing.unsubscribe_url)):
        text = text.replace(mark, link)
        html = html.replace(mark, str(escape(link)))
    return replace(common, text=text, html=html)


@lru_cache(maxsize=_SHEETS)
def _common(sheet: _Sheet) -> Rendered:
    for full, most in _SIZES:
        rendered = _set(sheet, full, most)
        if len(rendered.html.encode()) <= LONGEST:
            break
    return rendered


def _set(sheet: _Sheet, full: int, most: int) -> Rendered:
    digest = sheet.digest
    shown = digest.entries[:most]
    grouped = sections(shown)
    ordered = [entry.story for section in grouped for entry in section.entries]
    values = {
        "digest": digest,
        "footing": sheet.footing,
        "subject": digest_subject(digest),
        "headline": _headline(digest),
        "preview": " · ".join(one_line(entry.headline.title, 90) for entry in shown[:3]),
        "overview": digest.overview if digest.overview.stories >= glance.FEWEST else None,
        "period": digest.period_to - digest.period_from,
        "sections": grouped,
        "numbers": {story: number for number, story in enumerate(ordered, 1)},
        "briefly": {entry.story for entry in shown[full:]},
        "most_pieces": _MOST_PIECES,
        "omitted": digest.omitted + len(digest.entries) - len(shown),
    }
    return _rendered("digest", digest.language, values)


def render_quiet(digest: Digest, footing: Footing) -> Rendered:
    """Set the note that nothing has come since the day an empty digest begins."""
    values = {
        "digest": digest,
        "footing": footing,
        "subject": translations(digest.language).gettext("Điểm Báo: a year without news for you"),
        "since": date_in_words(digest.period_from, digest.zone, digest.language),
    }
    return _rendered("quiet", digest.language, values)


def render_outlets(report: OutletReport, footing: Footing) -> Rendered:
    """Set what an operator is told of outlets."""
    values = {"report": report, "footing": footing, "subject": report.subject}
    return _rendered("outlets", report.language, values)


def render_confirmation(confirmation: Confirmation) -> Rendered:
    """Set the question whether an address really wants a subscription."""
    values = {
        "confirmation": confirmation,
        "subject": translations(confirmation.language).gettext("Điểm Báo: please confirm"),
        "days": CONFIRM_WITHIN.days,
    }
    return _rendered("confirm", confirmation.language, values)


def render_disabled(disabled: Disabled) -> Rendered:
    """Tell the owner of a webhook that it is disabled, why, and how it goes on."""
    values = {
        "disabled": disabled,
        "zone": ZoneInfo(disabled.timezone),
        "subject": translations(disabled.language).gettext("Điểm Báo: your webhook is disabled"),
    }
    return _rendered("disabled", disabled.language, values)


def render_reminder(reminder: Reminder) -> Rendered:
    """Set the answer that an address has a subscription already."""
    values = {
        "reminder": reminder,
        "subject": translations(reminder.language).gettext("Điểm Báo: you are subscribed already"),
    }
    return _rendered("reminder", reminder.language, values)


def digest_subject(digest: Digest) -> str:
    """Give the subject: the title of a single story, else how many there are, and the day."""
    if len(digest.entries) == 1 and not digest.omitted:
        entry = digest.entries[0]
        say = translations(digest.language)
        if entry.revised:
            frame = say.gettext("Updated: {title}")
        elif entry.further:
            frame = say.gettext("Also on this story: {title}")
        else:
            frame = say.gettext("Điểm Báo: {title}")
        return frame.format(title=one_line(entry.headline.title, 150))
    day = date_in_words(digest.period_to, digest.zone, digest.language)
    return f"Điểm Báo: {_headline(digest)} – {day}"


def _headline(digest: Digest) -> str:
    catalogue = translations(digest.language)
    count = len(digest.entries) + digest.omitted
    if count == 0:
        return catalogue.gettext("nothing new on the city's digital transformation")
    if not digest.omitted and all(entry.revised for entry in digest.entries):
        return catalogue.ngettext(
            "{count} updated story on the city's digital transformation",
            "{count} updated stories on the city's digital transformation",
            count,
        ).format(count=count)
    return catalogue.ngettext(
        "{count} new story on the city's digital transformation",
        "{count} new stories on the city's digital transformation",
        count,
    ).format(count=count)


def _rendered(template: str, language: str, values: dict[str, Any]) -> Rendered:
    templates = environment(language)
    html = templates.get_template(f"{template}.html.j2").render(values)
    text = templates.get_template(f"{template}.txt.j2").render(values)
    return Rendered(subject=values["subject"], text=text, html=_INLINER.inline(html))
