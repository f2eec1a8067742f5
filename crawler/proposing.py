"""From what was found at an outlet to a proposed source file; no network, no chance."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from crawler.addresses import canonical
from crawler.bylines import without_outlet
from crawler.charsets import decode
from crawler.documents import Entry, Page
from crawler.errors import AddressError, ExtractionError, FeedError
from crawler.listings import read_listing
from crawler.markup import plain
from crawler.shapes import FEWEST_EXAMPLES, Shape, learn
from crawler.sitemaps import Sitemap
from crawler.source_text import NO_PATTERN, Proposal
from crawler.source_values import Kind, host_and_port
from crawler.sources import Politeness, Source, belongs, with_twin
from crawler.trees import html_bytes, html_tree, select_text
from crawler.trying import FIELDS, find_selectors, read_samples

MOST_SAMPLES = 3
# Headlines have more words than the names of sections.
HEADLINE_WORDS = 7
SECTION_WORDS = 4
OLD = timedelta(days=30)

_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_SUFFIXES = frozenset({"vn", "com", "net", "org", "gov", "edu", "info", "www", "tv", "asia"})


@dataclass(slots=True)
class Findings:
    """What a look at an outlet brought: pages and feeds that could be read.

    ``crawl_delay`` is robots.txt's, in seconds; ``scope`` the path below which the articles of an
    outlet are that shares its host, see `scope_of`; ``missed`` says what was sought in vain.
    """

    homepage: Page
    crawl_delay: float | None = None
    feeds: dict[str, Sequence[Entry]] = field(default_factory=dict)
    sitemaps: dict[str, Sitemap] = field(default_factory=dict)
    samples: list[Page] = field(default_factory=list)
    scope: str = ""
    missed: list[str] = field(default_factory=list)


def outlet_at(homepage: str, politeness: Politeness | None = None) -> Source:
    """A source of which nothing is known but its homepage."""
    return Source(
        id=id_for(homepage),
        name=host_and_port(homepage),
        homepage=homepage,
        article_pattern=NO_PATTERN,
        hosts=with_twin(homepage, ()),
        politeness=politeness or Politeness(),
    )


def id_for(homepage: str) -> str:
    """A source id made from the host: sggp.org.vn → sggp, tphcm.chinhphu.vn → tphcm_chinhphu."""
    host = host_and_port(homepage)
    labels = host.partition(":")[0].split(".")
    telling = [label for label in labels if label not in _SUFFIXES] or labels
    port = host.partition(":")[2]
    text = "_".join([*telling, port] if port else telling)
    return re.sub(r"[^a-z0-9_-]", "", text.lower())[:60] or "outlet"


def own_entries(entries: Sequence[Entry], source: Source, scope: str = "") -> list[Entry]:
    """The entries on the outlet's own hosts, within its scope, under their canonical addresses."""
    found = []
    for entry in entries:
        try:
            address = canonical(entry.url, source)
            if host_and_port(address) in source.hosts and urlsplit(address).path.startswith(scope):
                found.append(replace(entry, url=address))
        except (AddressError, ValueError):
            continue
    return found


def article_shape(findings: Findings, source: Source) -> tuple[Shape | None, str]:
    """The pattern of article addresses, and what it was learned from."""
    links = homepage_links(findings, source)
    items = [entry.url for entry in _shown(findings, source)]
    headlines = [
        link.url
        for link in own_entries(links, source, findings.scope)
        if len(link.title.split()) >= HEADLINE_WORDS
    ]
    origin = "feed items" if len(set(items)) >= FEWEST_EXAMPLES else "headlines of the homepage"
    articles = items if origin == "feed items" else headlines
    known = {_last_step(address) for address in (*articles, *headlines)}
    sections = [
        link.url
        for link in links
        if 0 < len(link.title.split()) <= SECTION_WORDS and _last_step(link.url) not in known
    ]
    return _within(findings.scope, learn(articles, sections)), origin


def sample_addresses(findings: Findings, source: Source, shape: Shape) -> list[str]:
    """A few article addresses from all over the feeds, else from the homepage."""
    own = replace(source, article_pattern=shape.pattern)
    entries = _shown(findings, source) or homepage_links(findings, source)
    fit = list(dict.fromkeys(entry.url for entry in entries if belongs(own, entry.url)))
    step = max(1, len(fit) // MOST_SAMPLES)
    return fit[::step][:MOST_SAMPLES]


def scope_of(links: Sequence[Entry], source: Source) -> str:
    """The homepage's path if headlines lead below it: nld.com.vn lives at tuoitre.vn/nld/."""
    path = urlsplit(source.homepage).path
    if not path.endswith("/") or path == "/":
        return ""
    headlines = [link for link in links if len(link.title.split()) >= HEADLINE_WORDS]
    return path if len(own_entries(headlines, source, path)) >= FEWEST_EXAMPLES else ""


def homepage_links(findings: Findings, source: Source) -> list[Entry]:
    """The homepage's links to the outlet itself, none if it has none or is no page."""
    page = findings.homepage
    try:
        return own_entries(read_listing(page.body, page.url, page.content_type), source)
    except FeedError:
        return []


def propose(findings: Findings, source: Source, now: datetime) -> Proposal:
    """A source file for an outlet; one that is switched off where too little was found."""
    shape, origin = article_shape(findings, source)
    samples = read_samples(findings.samples)
    selectors = find_selectors(samples)
    listings = () if findings.feeds else (source.homepage,)
    delay = findings.crawl_delay
    remarks = [
        f"Proposed {now:%Y-%m-%d}: check by `diembao sources check {source.id}`",
        *(_feed_remark(url, found, source, shape, now) for url, found in findings.feeds.items()),
        *(_sitemap_remark(url, sitemap) for url, sitemap in findings.sitemaps.items()),
        _shape_remark(shape, origin),
        _selector_remark(selectors, len(samples)),
        *(f"Not found: {missed}" for missed in findings.missed),
    ]
    if shape is None:
        remarks.append("Switched off: set article_pattern, then enabled = true")
    return Proposal(
        id=source.id,
        name=_name(findings.homepage, source),
        homepage=source.homepage,
        pattern=shape.pattern if shape else NO_PATTERN,
        kind=_kind(findings.homepage, source),
        enabled=shape is not None,
        feeds=tuple(findings.feeds),
        sitemaps=tuple(findings.sitemaps),
        listings=listings,
        hosts=_mobile_hosts(findings.homepage, source),
        delay=delay if delay and delay > source.politeness.delay else None,
        extract=selectors,
        remarks=tuple(remarks),
    )


def _shown(findings: Findings, source: Source) -> list[Entry]:
    """What the feeds show of the outlet."""
    feeds = findings.feeds.values()
    return [entry for feed in feeds for entry in own_entries(feed, source, findings.scope)]


def _within(scope: str, shape: Shape | None) -> Shape | None:
    """A shape that fits below a path only."""
    if not scope or shape is None:
        return shape
    below = re.sub(r"([^\w/-])", r"\\\1", scope.rstrip("/"))
    return replace(shape, pattern=f"//[^/]+{below}(?=/).*{shape.pattern}")


def _last_step(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2]


def _feed_remark(
    url: str, entries: Sequence[Entry], source: Source, shape: Shape | None, now: datetime
) -> str:
    fit = 0
    if shape:
        own = replace(source, article_pattern=shape.pattern)
        fit = sum(belongs(own, entry.url) for entry in own_entries(entries, source))
    newest = max((e.published_at for e in entries if e.published_at), default=None)
    told = f"newest {newest:%Y-%m-%d}" if newest else "no dates"
    old = ", old: is it still alive?" if newest and now - newest > OLD else ""
    return f"Found: feed {url}: {len(entries)} items, {fit} of them articles, {told}{old}"


def _sitemap_remark(url: str, sitemap: Sitemap) -> str:
    parts = f", {len(sitemap.children)} further sitemaps" if sitemap.children else ""
    return f"Found: sitemap {url}: {len(sitemap.entries)} addresses{parts}"


def _shape_remark(shape: Shape | None, origin: str) -> str:
    if shape is None:
        return f"Not found: a common pattern of article addresses in the {origin}"
    return (
        f"Found: article_pattern fits {shape.covers} of {shape.examples} {origin} and "
        f"{shape.sections} pages that look like sections"
    )


def _selector_remark(selectors: Mapping[str, str], samples: int) -> str:
    if not samples:
        return "Not found: selectors, as no article could be read"
    lacking = ", ".join(name for name in FIELDS if name not in selectors)
    found = ", ".join(selectors) or "none"
    return f"Found: selectors that hit on {samples} articles: {found}" + (
        f"; not for {lacking}" if lacking and selectors else ""
    )


def _name(page: Page, source: Source) -> str:
    """The outlet's name as its homepage gives it, else its host."""
    told = _said(page, "meta[property='og:site_name']@content")
    title = _TITLE.search(decode(page.body, page.content_type)[:200_000])
    titled = plain(title[1]) if title else ""
    # A homepage's title is the name, then a motto, or the other way round.
    parts = [part.strip() for part in re.split(r"\s[|–—-]\s", titled) if part.strip()]
    key = frozenset({re.sub(r"[_-]", "", source.id)})
    motto = without_outlet(titled, key)
    own = next((part for part in parts if part not in motto), "") or (parts[0] if parts else "")
    return (told or own or source.name)[:200].strip() or source.name


def _kind(page: Page, source: Source) -> Kind:
    host = urlsplit(source.homepage).hostname or ""
    if host.endswith(".gov.vn") or "chinhphu" in host:
        return "official"
    return "english" if _said(page, "html@lang").lower().startswith("en") else "press"


def _mobile_hosts(page: Page, source: Source) -> tuple[str, ...]:
    """The mobile twin, if the homepage speaks of it."""
    twin = f"m.{host_and_port(source.homepage).removeprefix('www.')}"
    markup = decode(page.body, page.content_type)
    return (twin,) if f"//{twin}/" in markup or f'//{twin}"' in markup else ()


def _said(page: Page, selector: str) -> str:
    try:
        tree = html_tree(html_bytes(page.body, page.content_type))
    except ExtractionError:
        return ""
    return next(select_text(tree, selector), "")
