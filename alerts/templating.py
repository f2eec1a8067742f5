"""The mails' templates, and how values are written in them."""

from collections.abc import Sequence
from functools import cache, partial
from unicodedata import normalize

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts import glance
from alerts.digest import ArticleView, EntityView, StoryEntry, TopicView
from alerts.editwords import edit_in_words
from alerts.lines import one_line
from alerts.paragraphs import wrap
from alerts.sections import Section
from alerts.wording import moment_in_words
from messages.catalogue import translations

_TITLE = 300
_LEAD = 500
_NAME = 80
_LINK = 2000
_CHIPS = 4
_NAMES = 6
_OUTLETS = 8


@cache
def environment(language: str) -> Environment:
    """Give the templates of mails in a language."""
    made = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]  # put there by i18n
        translations(language), newstyle=True
    )
    made.globals["language"] = language
    untitled = translations(language).gettext("(untitled)")
    made.filters |= {
        "title": lambda text: one_line(text, _TITLE) or untitled,
        "lead": lambda text: one_line(text, _LEAD),
        "name": lambda text: one_line(text, _NAME),
        "web": _web_address,
        "moment": lambda moment, zone: moment_in_words(moment, zone, language),
        "chips": _chips,
        "names": _names,
        "wrap": wrap,
        "share": glance.share,
        "line": partial(glance.line, language=language),
        "summed": partial(glance.summed, language=language),
        "charts": partial(glance.charts, language=language),
        "edits": partial(edit_in_words, language=language),
        "heading": partial(_heading, language=language),
        "mark": partial(_mark, language=language),
        "outlets": partial(_outlets, language=language),
    }
    return made


def _web_address(url: str) -> str:
    """Give an address only if it leads to the web: a feed may say ``javascript:``."""
    plain = one_line(url, _LINK) == normalize("NFC", url) and " " not in url
    return url if plain and url.startswith(("https://", "http://")) else ""


def _chips(article: ArticleView) -> list[TopicView]:
    """Give the topics worth showing, best first."""
    return sorted(article.topics, key=lambda topic: -topic.score)[:_CHIPS]


def _names(article: ArticleView) -> list[EntityView]:
    """Give the entities an article mentions most."""
    return sorted(article.entities, key=lambda entity: -len(entity.mentions))[:_NAMES]


def _outlets(names: Sequence[str], language: str) -> str:
    shown = ", ".join(one_line(name, _NAME) for name in names[:_OUTLETS])
    if len(names) <= _OUTLETS:
        return shown
    rest = len(names) - _OUTLETS
    frame = translations(language).ngettext(
        "{names} and {count} other", "{names} and {count} others", rest
    )
    return frame.format(names=shown, count=rest)


def _heading(section: Section, language: str) -> str:
    say = translations(language)
    if section.kind == "topic":
        return one_line(section.name, _NAME)
    return (
        say.gettext("Most widely carried") if section.kind == "top" else say.gettext("Other news")
    )


def _mark(entry: StoryEntry, language: str) -> str:
    """Say why a reader hears of a story again, empty where it is new to them."""
    say = translations(language)
    if entry.revised:
        return say.gettext("Updated")
    return say.gettext("Also on a story you know") if entry.further else ""
