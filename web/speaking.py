"""In which language a page or an answer is: asked for, the subscription's own, or the browser's."""

import re

from fastapi import Request

from messages.catalogue import LANGUAGES

MAX_HEADER = 500
_CHOICE = re.compile(
    r"\s*([a-z]{2,3})(?:-[a-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.IGNORECASE
)


def language_of(request: Request, own: str | None = None) -> str:
    """Give the language of an answer; ``own`` is that of the subscription it is about."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    if own in LANGUAGES:
        return own
    accepted = _preferred(request.headers.get("Accept-Language", "")[:MAX_HEADER])
    return accepted or str(request.app.state.site.language)


def _preferred(header: str) -> str | None:
    choices = [match for part in header.split(",") if (match := _CHOICE.fullmatch(part))]
    weights = {match[1].lower(): float(match[2] or 1) for match in reversed(choices)}
    known = [language for language in weights if language in LANGUAGES and weights[language]]
    return max(reversed(known), key=weights.__getitem__, default=None)
