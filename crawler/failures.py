"""What went wrong with an address, by how likely it is to mend by itself.

- hard: somebody has to act: the page is not there, the name unknown, the certificate wrong.
- soft: an answer that is none: refused, HTML for XML, empty, malformed.
- temporary: the server is busy or out of reach: 5xx, 429, a time-out, a cut connection.

Nothing is given up for its class: it only decides how soon an outlet is asked again.
"""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Literal

import aiohttp
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.middlewares import EndlessRedirectsError, OffsiteRedirectError, TimeIsUpError
from crawler.reasons import UnusableError
from crawler.robots import RobotsUnavailableError
from network.guard import GuardError

Severity = Literal["hard", "soft", "temporary"]
WEIGHTS: dict[Severity, float] = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}

# What stands at the start of a feed or sitemap, even of one that is malformed further on.
_FEED_MARKS = (b"<rss", b"<feed", b"<rdf", b"<urlset", b"<sitemapindex", b"jsonfeed.org")
_HTML_MARKS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
_HARD = {404: "not_found", 410: "gone", 451: "barred"}
_TEMPORARY = {408: "timeout", 425: "too_early", 429: "too_many"}
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Trouble:
    """How bad a failure is, and its kind in a word or two."""

    severity: Severity
    kind: str

    @property
    def weight(self) -> float:
        """What it adds to a source's trouble: hard 1, soft 1/2, temporary 1/4."""
        return WEIGHTS[self.severity]


NO_ARTICLE = Trouble("soft", "no_article")
OURS = Trouble("temporary", "ours")  # the archive failed, not the outlet

_CAUSES: dict[type[BaseException], Trouble] = {
    aiohttp.ClientConnectorCertificateError: Trouble("hard", "certificate"),
    GuardError: Trouble("hard", "refused_address"),
    socket.gaierror: Trouble("hard", "unknown_name"),
    DownloadTimeoutError: Trouble("temporary", "timeout"),
    ResponseDataLossError: Trouble("temporary", "cut_off"),
    OffsiteRedirectError: Trouble("soft", "redirected"),
    EndlessRedirectsError: Trouble("soft", "redirected"),
    DownloadCancelledError: Trouble("soft", "too_large"),
    UnusableError: Trouble("soft", "unusable"),
    TimeIsUpError: Trouble("temporary", "next_time"),
}


def of_status(status: int) -> Trouble:
    """Judge an HTTP status other than 200."""
    if status in _HARD:
        return Trouble("hard", _HARD[status])
    if status in _TEMPORARY:
        return Trouble("temporary", _TEMPORARY[status])
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Trouble("temporary", "server")
    return Trouble("soft", "forbidden" if status == HTTPStatus.FORBIDDEN else "refused")


def of_body(body: bytes) -> Trouble:
    """Judge an endpoint's answer that could not be understood."""
    start = body[:2048].strip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return Trouble("soft", "empty")
    if any(mark in start for mark in _FEED_MARKS):
        return Trouble("soft", "malformed")
    if any(mark in start for mark in _HTML_MARKS):
        return Trouble("soft", "html")
    return Trouble("hard", "not_a_feed")


def of_error(error: BaseException | None) -> Trouble:
    """Judge what a download raised, by the first of its causes that says something."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN:
            return Trouble("temporary", "no_name_server")
        for kind, trouble in _CAUSES.items():
            if isinstance(cause, kind):
                return trouble
    if type(error) is IgnoreRequest:  # Scrapy has no error of its own for what robots.txt forbids
        return Trouble("hard", "forbidden_by_robots")
    if isinstance(error, IgnoreRequest) and error.__cause__ is None:
        robots = isinstance(error, RobotsUnavailableError)
        return Trouble("temporary", "robots" if robots else "resting")
    return Trouble("temporary", "unreachable")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what it was raised from, and what the network library keeps inside it."""

    def chain() -> Iterator[BaseException]:
        now = error
        while now is not None:
            yield now
            inner = getattr(now, "os_error", None)
            if isinstance(inner, BaseException):
                yield inner
            now = now.__cause__

    return islice(chain(), _DEEPEST)


def trouble_after(before: float, latest: Trouble | None) -> float:
    """Add up a source's trouble: over polls that failed wholly, until one succeeds (None)."""
    return before + latest.weight if latest else 0.0
