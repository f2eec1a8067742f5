import socket
import ssl
from types import SimpleNamespace

import aiohttp
import pytest
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from crawler.failures import Trouble, of_body, of_error, of_status, trouble_after
from crawler.hosts import HostResting
from crawler.middlewares import OffsiteRedirectError
from crawler.robots import RobotsUnavailableError
from network.guard import GuardError

KEY = SimpleNamespace(host="a.example", port=443, ssl=True, is_ssl=True)


@pytest.mark.parametrize(
    ("status", "severity", "kind"),
    [
        (404, "hard", "not_found"),
        (410, "hard", "gone"),
        (451, "hard", "barred"),
        (403, "soft", "forbidden"),
        (401, "soft", "refused"),
        (418, "soft", "refused"),
        (304, "soft", "refused"),
        (408, "temporary", "timeout"),
        (429, "temporary", "too_many"),
        (500, "temporary", "server"),
        (503, "temporary", "server"),
        (599, "temporary", "server"),
    ],
)
def test_status_is_judged_by_how_likely_it_mends(status, severity, kind):
    assert of_status(status) == Trouble(severity, kind)


@pytest.mark.parametrize(
    ("body", "severity", "kind"),
    [
        pytest.param(b"", "soft", "empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf \r\n", "soft", "empty", id="blank"),
        pytest.param(b"<!DOCTYPE html><title>Bao tri</title>", "soft", "html", id="html"),
        pytest.param(b"\n<HTML><body>", "soft", "html", id="html-in-capitals"),
        pytest.param(b'<?xml version="1.0"?><rss><channel><item>', "soft", "malformed", id="cut"),
        pytest.param(b"<urlset><url><loc>", "soft", "malformed", id="sitemap-cut-off"),
        pytest.param(b"<?xml version='1.0'?><opml/>", "hard", "not_a_feed", id="other-xml"),
        pytest.param(b'{"error": "no such feed"}', "hard", "not_a_feed", id="other-json"),
        pytest.param(b"%PDF-1.7", "hard", "not_a_feed", id="pdf"),
    ],
)
def test_answer_that_is_no_feed_is_judged_by_what_it_is(body, severity, kind):
    assert of_body(body) == Trouble(severity, kind)


def raised(error, cause=None):
    """An error as it comes out of a download: raised from what the network library raised."""
    error.__cause__ = cause
    return error


def unknown(number):
    return aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(number, "no such name"))


CERTIFICATE = aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("expired"))
REFUSED = aiohttp.ClientConnectorError(KEY, ConnectionRefusedError(111, "refused"))


@pytest.mark.parametrize(
    ("error", "severity", "kind"),
    [
        pytest.param(
            raised(DownloadConnectionRefusedError("x"), CERTIFICATE), "hard", "certificate",
            id="certificate",
        ),
        pytest.param(
            raised(DownloadConnectionRefusedError("x"), unknown(socket.EAI_NONAME)),
            "hard", "unknown_name", id="unknown-name",
        ),
        pytest.param(
            raised(DownloadConnectionRefusedError("x"), unknown(socket.EAI_AGAIN)),
            "temporary", "no_name_server", id="name-server-away",
        ),
        pytest.param(
            raised(RobotsUnavailableError("robots.txt: x"),
                   raised(DownloadConnectionRefusedError("x"), unknown(socket.EAI_NONAME))),
            "hard", "unknown_name", id="unknown-name-met-at-robots-txt",
        ),
        pytest.param(GuardError("10.0.0.1"), "hard", "refused_address", id="private-address"),
        pytest.param(
            raised(DownloadConnectionRefusedError("x"), REFUSED), "temporary", "unreachable",
            id="connection-refused",
        ),
        pytest.param(
            raised(DownloadFailedError("x"), ConnectionResetError(104, "reset")),
            "temporary", "unreachable", id="connection-reset",
        ),
        pytest.param(DownloadTimeoutError("x"), "temporary", "timeout", id="time-out"),
        pytest.param(ResponseDataLossError("x"), "temporary", "cut_off", id="cut-off"),
        pytest.param(RobotsUnavailableError("robots.txt: HTTP 500"), "temporary", "robots",
                     id="robots-txt-away"),
        pytest.param(IgnoreRequest("Forbidden by robots.txt"), "hard", "forbidden_by_robots",
                     id="robots-txt-forbids"),
        pytest.param(OffsiteRedirectError("to https://b.example/robots.txt"), "soft", "redirected",
                     id="redirected-elsewhere"),
        pytest.param(HostResting("for 900 s"), "temporary", "resting", id="host-asked-for-a-rest"),
        pytest.param(None, "temporary", "unreachable", id="nothing-known"),
    ],
)  # fmt: skip
def test_download_that_failed_is_judged_by_its_cause(error, severity, kind):
    assert of_error(error) == Trouble(severity, kind)


def test_error_that_is_its_own_cause_is_judged_all_the_same():
    error = DownloadFailedError("x")
    error.__cause__ = error
    assert of_error(error) == Trouble("temporary", "unreachable")


def test_trouble_adds_up_by_weight_until_a_success():
    trouble = 0.0
    for kind in (Trouble("hard", "gone"), Trouble("soft", "html"), Trouble("temporary", "server")):
        trouble = trouble_after(trouble, kind)
    assert trouble == 1.75
    assert trouble_after(trouble, None) == 0.0
