"""WebSub: the hub that an answer names in its Link headers, and what it calls itself there."""

import re

from scrapy.http import Response

from crawler.addresses import resolve
from crawler.errors import AddressError

_LINK = re.compile(r"<([^<>]{1,2000})>\s*((?:;\s*[\w*]+\s*=\s*(?:\"[^\"]*\"|[^\s;,\"]+)\s*)*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)
_LOOKED_AT = 8_192


def named_hub(response: Response) -> tuple[str, str] | None:
    """Give the first hub of an answer, and the topic: its ``self`` link, or its own address."""
    hubs: list[str] = []
    selves: list[str] = []
    for header in response.headers.getlist("Link"):
        for address, parameters in _LINK.findall(header.decode("latin-1")[:_LOOKED_AT]):
            found = _REL.search(parameters)
            relations = (found[1] or found[2]).lower().split() if found else []
            for relation, into in (("hub", hubs), ("self", selves)):
                if relation in relations:
                    into.append(address)
    try:
        topic = resolve(response.url, selves[0]) if selves else response.url
        return (resolve(response.url, hubs[0]), topic) if hubs else None
    except AddressError:
        return None
