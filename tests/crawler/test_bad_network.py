"""What a network may do to a crawl: each evil gives its own clear error, and nothing else is lost.

A bad outlet announces one article in each of two feeds; one answer of it is spoilt. The article of
the other feed, and that of a well-behaved outlet crawled at the same time, must arrive.
"""

import asyncio
import gzip
import re
import socket
import zlib
from dataclasses import dataclass, replace
from functools import partial
from ipaddress import IPv4Network

import brotli
import pytest
from scrapy.utils._compression import zstd

from crawler import download, pages
from crawler.newsroom import Memory
from crawler.patience import Patience
from crawler.reports import SourceReport
from crawler.sources import Politeness
from network import guard
from tests.crawler.basket import Basket, crawl, outlet
from tests.network.receiver import certificate
from tests.servers.rude import feed, http, running

BAD, OTHER = "/bai-post1.html", "/tot-post2.html"
FEED = "/feed.json"
PAGE = http(b"<html><body><p>B\xc3\xa0i</p></body></html>", "Content-Type: text/html")
HASTE = Patience(silence=0.7, answer=1.5)
MIB = 2**20
CHALLENGE = b"<!doctype html><title>Just a moment...</title>"
CHECK = "a check for browsers instead of an answer (Cloudflare)"


def behave(server):
    """Let a server be an outlet with two articles."""
    server.answers = {
        FEED: feed(server.base + BAD),
        "/more.json": feed(server.base + OTHER),
        BAD: PAGE,
        OTHER: PAGE,
    }


@dataclass
class Crawled:
    """What came of the bad outlet's crawl."""

    report: SourceReport
    basket: Basket

    @property
    def errors(self):
        return [error["error"] for error in self.report.errors]


@pytest.fixture
async def bad():
    async with running() as server:
        behave(server)
        yield server


@pytest.fixture
async def good():
    async with running() as server:
        behave(server)
        yield server


@pytest.fixture
def crawled(bad, good):
    """Crawl both outlets at once; all of the good one, and the bad one's other article, arrive."""

    async def both(source=None, memory=None, **manner):
        mine, theirs = Basket(), Basket()
        if memory:
            mine.memory = memory
        report, other = await asyncio.gather(
            crawl(source or outlet(bad.base), mine, **manner),
            crawl(outlet(good.base, "tot"), theirs),
        )
        assert (other.errors, len(theirs.taken)) == ([], 2)
        assert bad.base + OTHER in mine.taken
        return Crawled(report, mine)

    return both


async def _drip(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def _go_silent(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nmot")
    await writer.drain()
    await asyncio.sleep(60)


async def _say_nothing(writer):
    await asyncio.sleep(60)


async def _head_without_end(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        writer.write(b"X-%d: mot\r\n" % number)
        await writer.drain()
        number += 1
        await asyncio.sleep(0)


async def _body_without_end(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    while True:
        writer.write(b"<p>" + b"x" * 65_536)
        await writer.drain()
        await asyncio.sleep(0)


async def _reset(writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nmot")
    await writer.drain()
    writer.transport.abort()


def _packed(encoding, body):
    return http(body, f"Content-Encoding: {encoding}", "Content-Type: text/html")


def _bomb(encoding, pack):
    return _packed(encoding, pack(bytes(17 * MIB)))


def _chunked(text):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + text


TWO_LENGTHS = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 9\r\n\r\nmot"
NO_LENGTH = "its HTTP is broken: invalid character in Content-Length"
TOO_LARGE = "unpacked, it is larger than 16 MiB"
CUT = "the answer broke off after 3 of 1000 bytes"

ANSWERS = {
    "headers-without-end": (_head_without_end, "its HTTP is broken: too many headers received"),
    "body-without-end": (_body_without_end, "the answer is larger than 16 MiB"),
    "reset-in-the-body": (_reset, CUT),
    "closed-at-once": (b"", "the connection was closed without an answer"),
    "no-http": (b"SSH-2.0-OpenSSH_9.2\r\n", "its HTTP is broken: bad status line"),
    "content-length-too-long": (http(b"mot", length=1000), CUT),
    "content-length-negative": (http(b"mot", length=-5), NO_LENGTH),
    "content-length-no-number": (http(b"mot", length="x"), NO_LENGTH),
    "content-length-huge": (http(b"mot", length=10**12), "the answer is larger than 16 MiB"),
    "content-length-twice": (TWO_LENGTHS, "its HTTP is broken: duplicate Content-Length"),
    "chunked-garbage": (
        _chunked(b"xyz\r\nmot\r\n"), "its HTTP is broken: invalid character in chunk size",
    ),
    "chunked-cut": (_chunked(b"3\r\nmot\r\n"), "the answer broke off"),
    "etag-of-a-megabyte": (
        http(b"mot", f'ETag: "{"x" * MIB}"'), "a line of its headers is longer than 8190 bytes",
    ),
    "gzip-bomb": (_bomb("gzip", gzip.compress), TOO_LARGE),
    "deflate-bomb": (_bomb("deflate", zlib.compress), TOO_LARGE),
    "brotli-bomb": (_bomb("br", partial(brotli.compress, quality=1)), TOO_LARGE),
    "zstd-bomb": (_bomb("zstd", zstd.compress), TOO_LARGE),
    "packed-too-often": (_packed("gzip, gzip, gzip", b""), "packed 3 times over; allowed: 2"),
    "not-gzip": (_packed("gzip", b"<html>"), "it is not packed as it says: gzip"),
    "not-brotli": (_packed("br", b"<html>"), "it is not packed as it says: br"),
    "not-zstd": (_packed("zstd", b"<html>"), "it is not packed as it says: zstd"),
    "unknown-packing": (
        _packed("compress", b"x"), "packed in a way that nobody asked for: 'compress'",
    ),
    "304-without-validators": (
        http(status="304 Not Modified"), "HTTP 304: not modified, said to who knew nothing",
    ),
    "cloudflare-403": (
        http(b"Sorry", "cf-mitigated: challenge", status="403 Forbidden"), f"HTTP 403: {CHECK}",
    ),
    "cloudflare-503": (http(CHALLENGE, status="503 Service Unavailable"), f"HTTP 503: {CHECK}"),
    "cloudflare-200": (http(CHALLENGE), f"HTTP 200: {CHECK}"),
}  # fmt: skip
SLOW = {
    "slow-drip": (_drip, "no whole answer within 1.5 s"),
    "silence-between-bytes": (_go_silent, "silent for 0.7 s"),
    "no-answer": (_say_nothing, "silent for 0.7 s"),
}
FEEDS = {
    **{name: ANSWERS[name] for name in ("body-without-end", "chunked-cut", "gzip-bomb")},
    **{name: ANSWERS[name] for name in ("304-without-validators", "cloudflare-200")},
    "html-instead-of-xml": (
        http(b"<!doctype html><title>x</title>"), "no feed: an HTML page instead of XML",
    ),
    "empty-200": (http(b""), "no feed: an empty answer"),
    "content-length-too-short": (
        http(b'{"items": []}', length=5), "its HTTP is broken: data after `Connection: close`",
    ),
}  # fmt: skip


def each(cases):
    return pytest.mark.parametrize(("answer", "error"), cases.values(), ids=cases)


def said(done):
    """The one error of the bad outlet, in words and not in Python."""
    (error,) = done.errors
    assert not re.search(r"Error|Exception|<|\n|\bssl:", error)
    assert len(error) <= 300
    return error


@each(ANSWERS)
async def test_spoilt_page_is_named_as_what_it_is(bad, crawled, answer, error):
    bad.answers[BAD] = answer
    done = await crawled()
    assert said(done) == error
    assert done.basket.put_aside == {bad.base + BAD: error}


@each(SLOW)
async def test_page_that_is_too_slow_is_given_up(bad, crawled, answer, error):
    bad.answers[BAD] = answer
    done = await crawled(patience=HASTE)
    assert said(done) == error
    assert done.basket.put_aside == {bad.base + BAD: error}


@each(FEEDS)
async def test_spoilt_feed_is_named_as_what_it_is(bad, crawled, answer, error):
    bad.answers[FEED] = answer
    done = await crawled()
    assert said(done) in {error, f"{bad.base}{FEED}: {error}"}
    (visit,) = (visit for visit in done.basket.visits if visit.url == bad.base + FEED)
    assert visit.error == said(done)


async def test_weak_etag_is_kept_and_sent_back_as_it_is(bad, crawled):
    bad.answers[FEED] = feed(bad.base + BAD, headers=('ETag: W/"so-1"',))
    done = await crawled()
    kept = {visit.url: visit.validators for visit in done.basket.visits}
    bad.answers[FEED] = http(status="304 Not Modified")
    again = await crawled(memory=Memory(validators=kept))
    assert dict(bad.asked)[FEED]["If-None-Match"] == 'W/"so-1"'
    assert (again.errors, again.report.counts["not_modified"]) == ([], 1)


async def test_validator_too_long_to_be_sent_back_is_none(bad, crawled):
    bad.answers[FEED] = feed(bad.base + BAD, headers=(f'ETag: "{"x" * 5000}"',))
    done = await crawled()
    assert done.errors == []
    (visit,) = (visit for visit in done.basket.visits if visit.url == bad.base + FEED)
    assert visit.validators.etag is None


def to(place, status="302 Found"):
    return http(b"", f"Location: {place}", status=status)


FOREIGN = [
    pytest.param("file:///etc/passwd", id="file"),
    pytest.param("data:text/html,x", id="data"),
    pytest.param("gopher://127.0.0.1/x", id="gopher"),
    pytest.param("ftp://127.0.0.1/x", id="ftp"),
    pytest.param("http://10.0.0.1/bai-post1.html", id="private"),
    pytest.param("http://169.254.169.254/latest/bai-post1.html", id="metadata"),
    pytest.param("http://127.0.0.2:{port}/bai-post1.html", id="second-loopback"),
    pytest.param("http://2130706433:{port}/bai-post1.html", id="decimal"),
    pytest.param("http://[::ffff:127.0.0.1]:{port}/bai-post1.html", id="mapped"),
    pytest.param("//khac.example/bai-post1.html", id="without-scheme"),
    pytest.param("http://127.0.0.1:{port}@khac.example/bai-post1.html", id="userinfo"),
    pytest.param("http://khac.example\\@127.0.0.1:{port}/bai-post1.html", id="backslash"),
    pytest.param("http://[::1/bai-post1.html", id="open-bracket"),
]


@pytest.mark.parametrize("place", FOREIGN)
@pytest.mark.parametrize("path", [BAD, FEED])
async def test_redirect_to_elsewhere_is_refused_and_named(bad, good, crawled, path, place):
    bad.answers[path] = to(place.format(port=good.base.rpartition(":")[2]))
    done = await crawled()
    assert said(done).startswith("redirected to ")
    assert bad.paths.count(path) == 1
    assert len(good.asked) == 5  # robots.txt, two feeds and two articles of its own


@pytest.mark.parametrize("path", [BAD, FEED])
async def test_redirects_in_a_circle_are_given_up(bad, crawled, path):
    bad.answers[path] = to(path)
    done = await crawled()
    assert said(done) == "more than 5 redirects"
    assert bad.paths.count(path) == 6


async def test_thirty_redirects_are_too_many(bad, crawled):
    bad.answers |= {f"/{n}-post1.html": to(f"/{n + 1}-post1.html") for n in range(30)}
    bad.answers["/30-post1.html"] = PAGE
    bad.answers[BAD] = to("/0-post1.html", "301 Moved Permanently")
    done = await crawled()
    assert said(done) == "more than 5 redirects"
    assert "/5-post1.html" not in bad.paths


async def test_five_redirects_are_followed(bad, crawled):
    bad.answers |= {f"/{n}-post1.html": to(f"/{n + 1}-post1.html") for n in range(4)}
    bad.answers["/4-post1.html"] = PAGE
    bad.answers[BAD] = to("/0-post1.html")
    done = await crawled()
    assert (done.errors, len(done.basket.taken)) == ([], 2)


UNFIT = [
    pytest.param("file:///etc/passwd", id="file"),
    pytest.param("data:text/html,bai-post1.html", id="data"),
    pytest.param("gopher://127.0.0.1/bai-post1.html", id="gopher"),
    pytest.param("http://127.0.0.2/bai-post1.html", id="second-loopback"),
    pytest.param("http://2130706433:{port}/bai-post1.html", id="decimal"),
    pytest.param("http://0x7f.1:{port}/bai-post1.html", id="hex"),
    pytest.param("http://localhost:{port}/bai-post1.html", id="localhost"),
    pytest.param("http://khac.example\\@127.0.0.1:{port}/bai-post1.html", id="backslash"),
    pytest.param("http://khac.example@127.0.0.1:{port}/bai-post1.html", id="userinfo"),
    pytest.param("http://127.0.0.1:{port}@khac.example/bai-post1.html", id="outlet-as-userinfo"),
]


@pytest.mark.parametrize("address", UNFIT)
async def test_address_that_is_not_the_outlets_is_counted_and_never_asked(bad, crawled, address):
    bad.answers[FEED] = feed(address.format(port=bad.base.rpartition(":")[2]))
    done = await crawled()
    assert done.errors == []
    assert set(done.report.skipped) <= {"not_an_article_address"}
    assert sorted(bad.paths) == [FEED, "/more.json", "/robots.txt", OTHER]


async def test_sitemap_index_leads_to_no_other_host(bad, good, crawled):
    index = f"<sitemapindex><sitemap><loc>{good.base}/x.xml</loc></sitemap></sitemapindex>"
    bad.answers["/sitemap.xml"] = http(index.encode(), "Content-Type: application/xml")
    source = outlet(bad.base, sitemaps=(f"{bad.base}/sitemap.xml",))
    done = await crawled(source)
    (note,) = done.report.notes
    assert note == {
        "url": f"{good.base}/x.xml",
        "note": "a sitemap on a host that is not the source's",
    }
    assert "/x.xml" not in good.paths


LITERALS = [
    "127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1",
    "169.254.169.254", "100.64.0.1", "10.0.0.1", "[2002:7f00:1::1]", "[64:ff9b::7f00:1]",
    "[2001:0:808:808:0:0:80ff:fffe]", "[fd00::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", LITERALS)
async def test_outlet_at_an_address_that_is_not_public_is_not_connected_to(bad, good, host):
    base = f"http://{host}:{bad.base.rpartition(':')[2]}"
    mine, theirs = Basket(), Basket()
    report, other = await asyncio.gather(
        crawl(outlet(base), mine, allow_private=False), crawl(outlet(good.base), theirs)
    )
    assert (other.errors, len(theirs.taken)) == ([], 2)
    (error,) = {error["error"] for error in report.errors}
    # Old ways to write numbers are no addresses to the downloader, whoever they may lead to.
    assert error.endswith(("is not a public address", "its address is not a valid one"))
    assert (report.endpoints_failed, bad.asked) == (2, [])


@pytest.fixture
async def names(monkeypatch):
    """What the name server answers, by host; there is no other way to own one in a test."""
    answers = {}
    loop = asyncio.get_running_loop()
    ask = loop.getaddrinfo

    async def answered(host, port, **how):
        if host not in answers:
            return await ask(host, port, **how)
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (address, port)) for address in answers[host]]

    monkeypatch.setattr(loop, "getaddrinfo", answered)
    return answers


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"]], ids=["one", "mixed"])
async def test_name_that_leads_to_a_private_address_is_not_connected_to(bad, names, answers):
    names["bao.example"] = answers
    basket = Basket()
    base = f"http://bao.example:{bad.base.rpartition(':')[2]}"
    report = await crawl(outlet(base), basket, allow_private=False)
    errors = {error["error"] for error in report.errors}
    assert errors == {"robots.txt: 127.0.0.1 is not a public address"}
    assert bad.asked == []


@pytest.mark.parametrize("inner", ["127.0.0.2", "10.0.0.1", "intern.example"])
async def test_redirect_from_a_public_address_to_a_private_one_is_not_followed(
    bad, good, names, monkeypatch, inner
):
    # A test owns no public address: the outlet's own loopback address has to stand for one.
    own = IPv4Network("127.0.0.1/32")
    refused = [net for v4 in guard._REFUSED_V4 for net in _but(v4, own)]
    monkeypatch.setattr(guard, "_REFUSED_V4", tuple(refused))
    names["intern.example"] = ["127.0.0.2"]
    behind = f"http://{inner}:{good.base.rpartition(':')[2]}"
    bad.answers[BAD] = http(b"", f"Location: {behind}{BAD}", status="302 Found")
    basket = Basket()
    source = outlet(
        bad.base, hosts=(bad.base.removeprefix("http://"), behind.removeprefix("http://"))
    )
    report = await crawl(source, basket, allow_private=False)
    address = "127.0.0.2" if inner == "intern.example" else inner
    assert [error["error"].removeprefix("robots.txt: ") for error in report.errors] == []
    assert basket.put_aside == {bad.base + BAD: f"robots.txt: {address} is not a public address"}
    assert (basket.taken, good.asked) == ([bad.base + OTHER], [])


def _but(network, one):
    return network.address_exclude(one) if one.subnet_of(network) else [network]


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """Make a certificate that this machine trusts; gives what a server needs to show it."""

    def make(**described):
        path, context = certificate(tmp_path, **described)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        download._tls.cache_clear()
        return context

    yield make
    download._tls.cache_clear()


UNTRUSTED = [
    pytest.param({"host": "khac.example"}, "Hostname mismatch", id="wrong-host"),
    pytest.param({"days": -1}, "certificate has expired", id="expired"),
]


def secure(bad, server):
    """The bad outlet with one feed on another server that speaks TLS."""
    hosts = tuple(one.base.partition("://")[2] for one in (bad, server))
    return outlet(bad.base, feeds=(server.base + FEED, f"{bad.base}/more.json"), hosts=hosts)


@pytest.mark.parametrize(("described", "reason"), UNTRUSTED)
async def test_bad_certificate_is_refused_and_named(bad, crawled, trusted, described, reason):
    async with running(trusted(**described), "localhost") as server:
        behave(server)
        done = await crawled(secure(bad, server))
        assert f"its certificate is not to be trusted: {reason}" in said(done)
        assert server.asked == []


async def test_certificate_that_nobody_vouches_for_is_refused_and_named(bad, crawled, tmp_path):
    _, context = certificate(tmp_path)
    async with running(context, "localhost") as server:
        behave(server)
        done = await crawled(secure(bad, server))
        assert "its certificate is not to be trusted: self-signed certificate" in said(done)
        assert server.asked == []


async def test_good_certificate_is_accepted(bad, crawled, trusted):
    async with running(trusted(), "localhost") as server:
        server.answers = {FEED: feed(bad.base + BAD)}
        done = await crawled(secure(bad, server))
        assert (done.errors, len(done.basket.taken)) == ([], 2)


async def test_plain_http_where_tls_is_expected_is_named(bad, crawled):
    async def answer(_reader, writer):
        writer.write(http(status="400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        base = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        source = outlet(bad.base, feeds=(base + FEED, f"{bad.base}/more.json"))
        assert "no secure connection: " in said(await crawled(source))


async def test_redirect_from_http_to_https_is_followed(bad, crawled, trusted):
    async with running(trusted(), "localhost") as server:
        server.answers = {FEED: feed(bad.base + BAD)}
        bad.answers[FEED] = to(server.base + FEED, "301 Moved Permanently")
        source = replace(secure(bad, server), feeds=outlet(bad.base).feeds)
        done = await crawled(source)
        assert (done.errors, len(done.basket.taken)) == ([], 2)
        assert server.paths.count(FEED) == 1


async def test_robots_txt_that_drips_for_ever_is_named(bad, good):
    bad.answers["/robots.txt"] = _drip
    mine, theirs = Basket(), Basket()
    report, _ = await asyncio.gather(
        crawl(outlet(bad.base), mine, patience=HASTE), crawl(outlet(good.base), theirs)
    )
    errors = {error["error"] for error in report.errors}
    assert errors == {"robots.txt: no whole answer within 1.5 s"}
    assert len(theirs.taken) == 2


async def test_nobody_listening_is_named(bad, crawled):
    source = outlet(bad.base, feeds=("http://127.0.0.1:1/feed.json", f"{bad.base}/more.json"))
    done = await crawled(replace(source, hosts=(*source.hosts, "127.0.0.1:1")))
    assert "nobody listens there: connection refused" in said(done)


async def test_name_that_does_not_exist_is_named(bad, crawled):
    source = outlet(bad.base, feeds=("http://nowhere.invalid/feed", f"{bad.base}/more.json"))
    assert said(await crawled(source)) == "robots.txt: its name cannot be resolved: nowhere.invalid"


async def test_crawl_whose_time_is_over_leaves_the_rest_for_the_next(bad):
    many = [f"{bad.base}/bai-post{n}.html" for n in range(40)]
    bad.answers = {FEED: feed(*many)}
    basket = Basket()
    source = outlet(bad.base, politeness=Politeness(delay=0.05, concurrency=1))
    report = await crawl(source, basket, patience=Patience(crawl=0.5))
    left = report.skipped["next_time"]
    assert 0 < left < 40
    assert left + report.skipped["failed"] == report.counts["discovered"] == 40
    assert len(basket.put_aside) == 40 - left


async def test_poll_fetches_so_many_pages_and_leaves_the_rest_for_the_next(bad, monkeypatch):
    monkeypatch.setattr(pages, "MOST_PAGES", 3)
    bad.answers = {FEED: feed(*(f"{bad.base}/bai-post{n}.html" for n in range(10)))}
    report = await crawl(outlet(bad.base), Basket())
    assert report.skipped == {"failed": 3, "next_time": 7}


async def test_a_pattern_that_runs_away_at_an_address_ends_and_is_told(good):
    good.answers[FEED] = feed(f"{good.base}/{'a' * 1_900}")
    report = await crawl(outlet(good.base, article_pattern=r"/(?:a|aa)+-post\d+$"), Basket())
    (told,) = [error["error"] for error in report.errors]
    assert told == "its article_pattern took over 0.5 s on an address and is not used any more"
    assert report.skipped == {"not_an_article_address": 2}
