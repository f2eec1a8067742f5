"""Digests and confirmations as mails: subject, text and HTML from the same value."""

import secrets
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import escape

from alerts.digest import ArticleView, Digest, EntityView, TopicView
from alerts.lines import one_line
from alerts.links import CONFIRM_WITHIN
from alerts.wording import date_in_words, moment_in_words
from messages.catalogue import translations

WIDTH = 76
"""Longest line of the text part, in characters; links stay whole."""

_TITLE = 300
_LEAD = 600
_CHIPS = 4
_NAMES = 6
_SHEETS = 200
# Stand where a subscription's own links will: of chance, so that no outlet's text can hold them.
_MANAGE = f"https://{secrets.token_hex(16)}.invalid/manage"
_UNSUBSCRIBE = f"https://{secrets.token_hex(16)}.invalid/unsubscribe"
_INLINER = css_inline.CSSInliner(
    keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True
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
    digest = sheet.digest
    values = {
        "digest": digest,
        "footing": sheet.footing,
        "subject": digest_subject(digest),
        "headline": _headline(digest),
        "preview": " · ".join(one_line(entry.headline.title, 90) for entry in digest.entries[:3]),
    }
    return _rendered("digest", digest.language, values)


def render_confirmation(confirmation: Confirmation) -> Rendered:
    """Set the question whether an address really wants a subscription."""
    values = {
        "confirmation": confirmation,
        "subject": translations(confirmation.language).gettext("Điểm Báo: please confirm"),
        "days": CONFIRM_WITHIN.days,
    }
    return _rendered("confirm", confirmation.language, values)


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
    return catalogue.ngettext(
        "{count} new story on the city's digital transformation",
        "{count} new stories on the city's digital transformation",
        count,
    ).format(count=count)


def _rendered(template: str, language: str, values: dict[str, Any]) -> Rendered:
    environment = _environment(language)
    html = environment.get_template(f"{template}.html.j2").render(values)
    text = environment.get_template(f"{template}.txt.j2").render(values)
    return Rendered(subject=values["subject"], text=text, html=_INLINER.inline(html))


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # put there by i18n
        translations(language), newstyle=True
    )
    environment.globals["language"] = language
    environment.filters |= {
        "title": lambda text: one_line(text, _TITLE),
        "lead": lambda text: one_line(text, _LEAD),
        "name": lambda text: one_line(text, 80),
        "web": _web_address,
        "moment": lambda moment, zone: moment_in_words(moment, zone, language),
        "chips": _chips,
        "names": _names,
        "wrap": _wrap,
    }
    return environment


def _web_address(url: str) -> str:
    """Give an address only if it leads to the web: a feed may say ``javascript:``."""
    return url if url.startswith(("https://", "http://")) and not set(url) & set(" \r\n") else ""


def _chips(article: ArticleView) -> list[TopicView]:
    """Give the topics worth showing, best first."""
    return sorted(article.topics, key=lambda topic: -topic.score)[:_CHIPS]


def _names(article: ArticleView) -> list[EntityView]:
    """Give the entities an article mentions most."""
    return sorted(article.entities, key=lambda entity: -len(entity.mentions))[:_NAMES]


def _wrap(text: str, indent: int = 0, first: str | None = None) -> str:
    """Set one paragraph in lines, ``first`` in front of the first; no word or link is broken.

    textwrap does the same at four times the cost, which was most of a digest's.
    """
    margin = " " * indent
    lines: list[str] = []
    line = margin if first is None else first
    room = WIDTH - len(line)
    for word in text.split():
        if len(word) > room and line.strip() and line != first:
            lines.append(line.rstrip())
            line, room = margin, WIDTH - indent
        line += f"{word} "
        room -= len(word) + 1
    return "\n".join([*lines, line.rstrip()])
