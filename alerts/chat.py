"""A digest for a chat room: a few lines a story; and which services there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from alerts.digest import Digest, StoryEntry
from alerts.errors import AddressError
from alerts.lines import one_line
from alerts.rendering import digest_subject
from alerts.wording import date_in_words
from messages.catalogue import N_, translations
from storage.tables import Subscription

MAX_STORIES = 10
"""Most stories told in one message; the rest is only counted."""
MAX_ADDRESS = 1_000
"""Longest address of a chat room that is looked at, in characters."""

_TITLE = 160
_LINK = 500
_ROOM = 0.9  # of a service's limit: some count what they make of a message


@dataclass(frozen=True, slots=True)
class Service:
    """What fits a service: characters a message, and whether links are written in Markdown.

    ``own_hosts`` are the ends of the host names its addresses may name; empty where they name none
    and all calls go to the service itself.
    """

    limit: int
    markdown: bool = False
    own_hosts: tuple[str, ...] = ()


SERVICES: Mapping[str, Service] = MappingProxyType({
    "slack": Service(10_000),
    "discord": Service(2_000),
    "tgram": Service(4_096),
    "zalo": Service(2_000),
    "gchat": Service(4_000, markdown=True),
    "wxteams": Service(1_000, markdown=True),
    "workflows": Service(
        1_000, markdown=True, own_hosts=(".logic.azure.com", ".api.powerplatform.com")
    ),
    "line": Service(5_000),
    "lark": Service(10_000),
    "feishu": Service(10_000),
    "dingtalk": Service(10_000),
    "viber": Service(7_000),
    "zoom": Service(4_000),
})  # fmt: skip
"""The services, by the scheme of their addresses; nobody but the service itself is connected to."""

SELF_HOSTED: Mapping[str, Service] = MappingProxyType({
    "mmost": Service(4_000, markdown=True),
    "mmosts": Service(4_000, markdown=True),
    "ntfy": Service(4_000),
    "ntfys": Service(4_000),
    "gotify": Service(4_000),
    "gotifys": Service(4_000),
    "json": Service(10_000),
    "jsons": Service(10_000),
})  # fmt: skip
"""Services whose addresses name any host: only where private networks are allowed."""


def scheme(address: str) -> str:
    """Give the scheme of a chat room's address."""
    return address.partition("://")[0].lower()


def service_of(address: str) -> Service:
    """Give what fits the service of a room's address."""
    return {**SERVICES, **SELF_HOSTED}[scheme(address)]


def check_chat_address(address: str, allow_private: bool) -> None:
    """Refuse an address of a service that is not known, or that reaches where it should not.

    Options behind a ``?`` are refused but those that choose a thread: others name files and
    addresses to read, or switch off the check of certificates. Raises AddressError, which shows no
    secret.
    """
    allowed = {**SERVICES, **SELF_HOSTED} if allow_private else SERVICES
    kind = scheme(address)
    if "://" not in address or kind not in allowed:
        known = ", ".join(f"{name}://" for name in allowed)
        raise AddressError(
            N_("{address} is no chat address; known: {known}"), address=masked(address), known=known
        )
    if len(address) > MAX_ADDRESS or any(not "!" <= char <= "~" for char in address):
        raise AddressError(
            N_("{address} is too long, or has a space or accent in it"), address=masked(address)
        )
    if set(address) & set("\\\"'<>`{}|^"):
        raise AddressError(
            N_("{address} has a character that no chat address has"), address=masked(address)
        )
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        raise AddressError(N_("{address} cannot be understood"), address=masked(address)) from None
    options = {each.partition("=")[0] for each in parts.query.split("&") if each}
    if parts.fragment.find("?") >= 0 or options - {"thread", "topic"}:
        raise AddressError(
            N_("{address} may have no options but thread and topic"), address=masked(address)
        )
    own = allowed[kind].own_hosts
    if own and not (host.endswith(own) and "@" not in parts.netloc):
        raise AddressError(
            N_("{address} does not lead to {hosts}"),
            address=masked(address),
            hosts=" or ".join(own),
        )


def masked(address: str) -> str:
    """Show a chat room's address without its secrets: its service and how it ends."""
    kind, found, rest = one_line(address, MAX_ADDRESS).partition("://")
    if not found:
        return "…"
    return f"{ascii(kind[:20])[1:-1]}://…{rest[-3:] if len(rest) > 20 and rest.isascii() else ''}"


def shown_address(subscription: Subscription) -> str:
    """Give where a subscription goes, as it may stand in a listing."""
    return masked(subscription.address) if subscription.kind == "chat" else subscription.address


def chat_message(digest: Digest, service: Service, public_url: str) -> str:
    """Tell a digest in a message that the service takes whole."""
    room = int(service.limit * _ROOM)
    for count in range(min(len(digest.entries), MAX_STORIES), -1, -1):
        message = _message(digest, count, service, public_url)
        if len(message) <= room:
            return message
    return one_line(digest_subject(digest), room)


def plain_message(text: str, service: Service) -> str:
    """Give lines as a message that the service takes."""
    lines = [_plain(line) for line in text.splitlines()]
    if service.markdown:
        lines = [_escaped(line) for line in lines]
    return "\n".join(lines)[: int(service.limit * _ROOM)]


def _message(digest: Digest, count: int, service: Service, public_url: str) -> str:
    alone = len(digest.entries) == 1 and not digest.omitted
    parts = ["Điểm Báo" if alone else _plain(digest_subject(digest))]
    parts += [_story(digest, entry, service) for entry in digest.entries[:count]]
    if rest := len(digest.entries) + digest.omitted - count:
        say = translations(digest.language)
        more = say.ngettext("and %(num)s further story", "and %(num)s further stories", rest) % {
            "num": rest
        }
        parts.append(f"{more}: {public_url}")
    return "\n\n".join(parts)


def _story(digest: Digest, entry: StoryEntry, service: Service) -> str:
    say, article = translations(digest.language), entry.headline
    title, link = _plain(one_line(article.title, _TITLE)), _link(article.url)
    local = article.time.astimezone(digest.zone)
    facts = [
        _plain(one_line(article.source_name, 80)),
        f"{local:%H:%M} {date_in_words(article.time, digest.zone, digest.language)}",
    ]
    if entry.revised:
        facts.insert(0, say.gettext("Updated"))
    elif entry.further:
        facts.insert(0, say.gettext("Also on a story you know"))
    if entry.also_in:
        also = ", ".join(_plain(one_line(name, 80)) for name in entry.also_in[:3])
        more = f" +{len(entry.also_in) - 3}" if len(entry.also_in) > 3 else ""
        facts.append(f"{say.gettext('Also in')}: {also}{more}")
    told = " · ".join(facts)
    if service.markdown:
        words = _escaped(title)
        return f"• [{words}]({link})\n{_escaped(told)}" if link else f"• {words}\n{_escaped(told)}"
    return "\n".join(part for part in (f"• {title}", told, link) if part)


def _plain(text: str) -> str:
    """Take from words what chats act on: tags, calls to everybody, links under other words."""
    text = text.replace("<", "‹").replace(">", "›").replace("](", "] (")
    return text.replace("@", "@\u200b")


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in "\\`*_[]~#" else char for char in text)


def _link(url: str) -> str:
    """Give a web address as it may stand in a message, or nothing."""
    if len(url) > _LINK or not url.startswith(("https://", "http://")):
        return ""
    if any(not "!" <= char <= "~" for char in url) or set(url) & set('\\"<>`{}|^'):
        return ""
    return url.replace("@", "%40").replace("(", "%28").replace(")", "%29").replace("*", "%2A")
