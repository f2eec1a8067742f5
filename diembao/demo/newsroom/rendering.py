"""What an outlet answers at a path: its listings, feeds, sitemaps, articles and pictures."""

import base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from diembao.demo.newsroom.desk import Desk, Item
from diembao.demo.newsroom.outlet import VIETNAM

FRONT_PAGE_ITEMS = 40

_LAYOUTS = Path(__file__).parent / "layouts"
_WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
_HTML, _XML = "text/html; charset=utf-8", "application/xml; charset=utf-8"
_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
}
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Reply:
    """A page as bytes; ``subject`` is what a fault is set on, ``modified`` its last change."""

    body: bytes
    content_type: str
    modified: datetime
    subject: str


def reply(desk: Desk, path: str) -> Reply | None:
    """What ``desk`` answers at ``path``; None where it has no page."""
    if path == "/robots.txt":
        return _robots(desk)
    if path.startswith("/media/"):
        return Reply(_PNG, "image/png", desk.changed, f"{desk.outlet.id}/media")
    return _announcement(desk, path) or _section(desk, path) or _article(desk, path)


def picture(item: Item, count: int = 1) -> str:
    """The absolute address of an article's picture."""
    base = item.url.removesuffix(item.path)
    return (
        f"{base}/media/{item.published.astimezone(VIETNAM):%Y/%m}/{item.article.slug}-{count}.png"
    )


def colon_date(moment: datetime) -> str:
    """The date of a feed with a colon in its offset, as ``Fri, 28 Nov 2025 09:00:00 +07:00``."""
    text = format_datetime(moment.astimezone(VIETNAM))
    return f"{text[:-2]}:{text[-2:]}"


def iso_date(moment: datetime) -> str:
    """RFC 3339 in Vietnamese time."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def visible_date(moment: datetime) -> str:
    """The date as a reader sees it: ``Thứ sáu, 28/11/2025, 09:00 (GMT+7)``."""
    local = moment.astimezone(VIETNAM)
    day = "Chủ nhật" if local.weekday() == 6 else f"Thứ {_WEEKDAYS[local.weekday()]}"
    return f"{day}, {local:%d/%m/%Y, %H:%M} (GMT+7)"


def local_date(moment: datetime, form: str) -> str:
    """A moment in Vietnamese time in the given form."""
    return moment.astimezone(VIETNAM).strftime(form)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_LAYOUTS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.filters.update(colon=colon_date, iso=iso_date, visible=visible_date)
    environment.filters.update(local=local_date, picture=picture)
    return environment


_TEMPLATES = _environment()


def _render(template: str, desk: Desk, **values: object) -> bytes:
    text = _TEMPLATES.get_template(template).render(
        outlet=desk.outlet, base=desk.base, changed=desk.changed, **values
    )
    return text.encode()


def _robots(desk: Desk) -> Reply:
    subject = f"{desk.outlet.id}/robots.txt"
    text = desk.outlet.robots.replace("{base}", desk.base)
    return Reply(text.encode(), "text/plain; charset=utf-8", desk.changed, subject)


def _announcement(desk: Desk, path: str) -> Reply | None:
    kinds = {where: kind for kind, where in desk.outlet.announce.items()}
    if desk.outlet.announce.get("sitemap"):
        kinds |= {"/sitemaps/google-news.xml": "news", "/sitemaps/archive.xml": "archive"}
    kind = kinds.get(path)
    if kind is None or kind == "listing":
        return None
    template = "feed.json" if kind == "json" else f"{kind}.xml"
    content_type = "application/feed+json" if kind == "json" else _TYPES.get(kind, _XML)
    body = _render(template, desk, items=desk.items())
    return Reply(body, content_type, desk.changed, desk.outlet.id)


def _section(desk: Desk, path: str) -> Reply | None:
    section = "" if path in {"/", desk.outlet.announce.get("listing")} else path.strip("/")
    if section and (section not in desk.outlet.sections or not path.endswith("/")):
        return None
    items = [item for item in desk.items() if section in {"", item.article.section}]
    body = _render("listing.html", desk, items=items[:FRONT_PAGE_ITEMS], section=section)
    return Reply(body, _HTML, desk.changed, desk.outlet.id)


def _article(desk: Desk, path: str) -> Reply | None:
    items = desk.items()
    item = next((item for item in items if path in {item.path, _print_path(item)}), None)
    if item is None:
        return None
    related = [other for other in items if other.article.key in item.article.related]
    others = [other for other in items if other is not item and other not in related]
    values = {"item": item, "related": related, "others": others[:6]}
    body = _render(f"{desk.layout}.html", desk, **values)
    return Reply(body, _HTML, item.updated, item.article.id)


def _print_path(item: Item) -> str:
    return f"/ban-in{item.path}"
