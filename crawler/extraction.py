"""A downloaded page becomes a document.

Each field is taken from the first stage that gives a plausible value, and ``origins`` names it:

1. ``selector``: the source's own selectors. They stand first for what readers see (title, lead,
   body, author): headlines for machines are often other ones, and descriptions are cut off.
2. ``jsonld``, ``meta``: structured data; first for dates and pictures, as it carries the zone.
3. ``layout``: containers and habits of the content systems Vietnam's outlets share. Exact and
   cheap, entered when a source says nothing or a redesign has made its selectors miss.
4. ``trafilatura``: finds the text of any page, at some ten times the cost; so it is asked only
   if no container held a body.
5. ``address``, ``feed``: what the number in the address and the place that brought the page say.

A body is accepted if it is long enough and not mostly links (`crawler.bodies.holds`); if no
stage's is, the longest stands. Future and impossible dates are passed over.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document as Extracted

from crawler import bodies, bylines, moments
from crawler.addresses import article_key, canonical, resolve
from crawler.dates import date_from_id
from crawler.documents import Candidate, Document, Page
from crawler.errors import AddressError, ExtractionError
from crawler.headlines import Reading, lead_of, title_of
from crawler.markup import (
    Paragraph,
    html_tree,
    one_line,
    paragraphs,
    plain,
    select,
    select_text,
)
from crawler.sources import Source, belongs
from crawler.structured import from_jsonld, from_meta

MIN_TEXT = 60
MANY_PARAGRAPHS = 2_000

_AUTHORS = (
    "[rel=author], [itemprop=author], .article__author, .detail-author .name, .author-info .name,"
    " .author-name, .author_mail, .article-detail-author__info .name, p.author, a.author,"
    " .article-author, div.author, span.author"
)


def extract(page: Page, source: Source | None, candidate: Candidate | None = None) -> Document:
    """The article on a page, by the stages told above; the page's ``fetched_at`` is the present.

    Raises ExtractionError, naming the address, if there is no article text.
    """
    try:
        tree = html_tree(page.body, page.content_type)
        reading = Reading(page, source, candidate, tree, from_jsonld(tree), from_meta(tree))
        return _document(reading)
    except ExtractionError as error:
        raise ExtractionError(f"{page.url}: {error}") from error


def _document(reading: Reading) -> Document:
    page, source, candidate = reading.page, reading.source, reading.candidate
    title, title_from = title_of(reading)
    lead, lead_from = lead_of(reading, title)
    published_at, published_from = moments.believed(
        _publications(reading, title), page.fetched_at, reading.rules.date_formats
    )
    modified_at, modified_from = _modified(reading, published_at)
    image, image_from = _image(reading)
    address, address_from = _canonical(reading)
    language, language_from = _language(reading)
    signs = list(islice(select_text(reading.tree, reading.rules.author), 5))
    boxes = list(islice(select_text(reading.tree, _AUTHORS), 5))
    body, lead, text_from = _body(reading, title, lead)
    authors, authors_from = _authors(reading, signs, boxes, body)
    origins = {
        "title": title_from, "lead": lead_from, "text": text_from, "authors": authors_from,
        "image": image_from, "published_at": published_from, "modified_at": modified_from,
        "canonical_url": address_from, "language": language_from,
    }  # fmt: skip
    return Document(
        source=source.id if source else candidate.source if candidate else "",
        url=page.url,
        canonical_url=address,
        title=title,
        lead=lead,
        text="\n\n".join(body.paragraphs),
        authors=authors,
        image=image,
        published_at=published_at,
        modified_at=modified_at,
        language=language,
        origins={field: origin for field, origin in origins.items() if origin},
    )


def _publications(reading: Reading, title: str) -> Iterator[tuple[str, str]]:
    """What tells when the page was published, in the order of trust."""
    yield "jsonld", reading.jsonld.published
    yield "meta", reading.meta.published
    yield from (("selector", text) for text in select_text(reading.tree, reading.rules.date))
    yield from (("time", text) for text in moments.in_time_elements(reading.tree))
    yield from (("layout", text) for text in moments.near_title(reading.tree, title))
    made = date_from_id(reading.page.url)
    yield "address", made.isoformat() if made else ""
    told = reading.candidate.published_at if reading.candidate else None
    yield "feed", told.isoformat() if told else ""


def _modified(reading: Reading, published_at: datetime | None) -> tuple[datetime | None, str]:
    """When the page was last changed, unless that is said to be before its publication."""
    told = reading.candidate.updated_at if reading.candidate else None
    tellings = (
        ("jsonld", reading.jsonld.modified),
        ("meta", reading.meta.modified),
        ("feed", told.isoformat() if told else ""),
    )
    found, origin = moments.believed(tellings, reading.page.fetched_at)
    if found and published_at and found < published_at:
        return None, ""
    return found, origin


def _image(reading: Reading) -> tuple[str | None, str]:
    for origin, address in (("jsonld", reading.jsonld.image), ("meta", reading.meta.image)):
        with suppress(AddressError):
            if address:
                return resolve(reading.page.url, address), origin
    return None, ""


def _canonical(reading: Reading) -> tuple[str, str]:
    """The page's own word on its address where it is an article of the source, else its address."""
    page, source = reading.page, reading.source
    links = [link.get("href", "") for link in select(reading.tree, "link[rel~=canonical]")][:3]
    for origin, href in [*(("link", link) for link in links), ("meta", reading.meta.address)]:
        with suppress(AddressError):
            address = canonical(resolve(page.url, href), source) if href.strip() else ""
            if address and _is_believed(address, page.url, source):
                return address, origin
    try:
        return canonical(page.url, source), "address"
    except AddressError as error:
        raise ExtractionError(f"no address of a page: {error}") from error


def _is_believed(address: str, url: str, source: Source | None) -> bool:
    """Whether a page may call an address its own: one of an article, and of no other one."""
    if source is None:
        return _beside(address, url)
    own = article_key(canonical(url, source), source)
    said = article_key(address, source)
    return belongs(source, address) and (own is None or own == said)


def _beside(address: str, url: str) -> bool:
    """Whether an address is of the same host as a page, and not the front page."""
    return urlsplit(address).netloc == urlsplit(url).netloc and urlsplit(address).path != "/"


def _language(reading: Reading) -> tuple[str | None, str]:
    root = reading.tree.getroottree().getroot()
    for origin, said in (("layout", root.get("lang", "")), ("meta", reading.meta.locale)):
        if said[:2].lower() in {"vi", "en"} and not said[2:3].isalpha():
            return said[:2].lower(), origin
    return None, ""


def _body(reading: Reading, title: str, lead: str) -> tuple[bodies.Body, str, str]:
    """Body, lead and the body's origin; what is no article is taken out of the tree."""
    for stamp in select(reading.tree, "span.location-stamp"):
        stamp.text = f"{(stamp.text or '').rstrip(' -–')} - "  # the dash is drawn by a style sheet
    rules = reading.rules
    bodies.without_junk(reading.tree, rules.drop, rules.body)
    longest = (bodies.Body(()), lead, "")
    for origin, lines in _stages(reading):
        own_lead = bodies.whole_lead(lines, lead)
        body = bodies.tidy(lines, title, own_lead)
        if body.length >= bodies.MIN_BODY and bodies.holds(lines):
            return body, own_lead, origin
        body = bodies.tidy(lines, title, lead)
        if body.length > longest[0].length:
            longest = (body, lead, origin)
    if longest[0].length < MIN_TEXT:
        raise ExtractionError("no article text")
    return longest


def _stages(reading: Reading) -> Iterator[tuple[str, list[Paragraph]]]:
    yield "selector", bodies.by_selector(reading.tree, reading.rules.body)
    yield "layout", bodies.by_layout(reading.tree)
    yield "trafilatura", _by_trafilatura(reading.tree)
    yield "jsonld", [Paragraph(plain(line)) for line in reading.jsonld.text.splitlines() if line]


def _by_trafilatura(tree: HtmlElement) -> list[Paragraph]:
    bodies.without_link_lists(tree)
    bodies.without_layout_tables(tree)
    # Its second opinion, jusText, takes time by the square of the paragraphs' number.
    fast = len(paragraphs(tree)) > MANY_PARAGRAPHS
    found = bare_extraction(tree, fast=fast, include_comments=False, with_metadata=False)
    text = found.text if isinstance(found, Extracted) else None
    lines = (one_line(line.removeprefix("- ")) for line in (text or "").splitlines())
    return [Paragraph(line) for line in lines if line]


def _authors(
    reading: Reading, signs: list[str], boxes: list[str], body: bodies.Body
) -> tuple[tuple[str, ...], str]:
    choices = [
        ("selector", signs),
        ("jsonld", reading.jsonld.people),
        ("layout", [body.signed]),
        ("layout", boxes),
        ("meta", reading.meta.bodies),
        ("jsonld", reading.jsonld.bodies),
        ("layout", [body.agency]),
    ]
    for origin, texts in choices:
        found = dict.fromkeys(
            name for text in texts for name in bylines.names(text, reading.outlets)
        )
        if found:
            return tuple(found)[: bylines.MAX_AUTHORS], origin
    return (), ""
