"""A downloaded page becomes a document.

Each field is taken from the first stage that gives a plausible value, and ``origins`` names it:

1. ``selector``: the source's own selectors. They stand first for what readers see (title, lead,
   body, author): headlines for machines are often other ones, and descriptions are cut off.
2. ``jsonld``, ``meta``: structured data; first for dates and pictures, as it carries the zone.
3. ``layout``: containers and habits of the content systems Vietnam's outlets share. Exact and
   cheap, entered when a source says nothing or a redesign has made its selectors miss.
4. ``trafilatura``: finds the text of any page, at ten times the cost; so it is asked only
   if no container held a body.
5. ``address``, ``feed``: what the number in the address and the place that brought the page say.

A body is accepted if it is long enough and not mostly links (`crawler.bodies.holds`), or if its
pictures' captions tell the story (`crawler.bodies.shows`); if no stage's is, the longest stands.
Where a page is rather to be seen, or locked, ``captions`` and ``lead`` may stand for the text.
Future and impossible dates are passed over with a note.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crawler import bodies, headlines, labels, media, moments, references
from crawler.authors import authors_of
from crawler.bodies import Body, Found
from crawler.documents import Candidate, Document, Page
from crawler.errors import ExtractionError
from crawler.general import agreement, by_trafilatura
from crawler.junk import captions
from crawler.lines import key
from crawler.markup import plain
from crawler.obstacles import check_for_obstacles
from crawler.paging import MAX_PARTS
from crawler.reading import Reading, begin
from crawler.sources import Source
from crawler.trees import Paragraph

MIN_TEXT = 60


@dataclass(frozen=True, slots=True)
class _Wording:
    """The words of an article, on all its pages: ``origin`` is the stage that found the body."""

    title: str
    lead: str
    body: Body
    origin: str
    notes: tuple[str, ...] = ()


def extract(
    page: Page,
    source: Source | None,
    candidate: Candidate | None = None,
    *,
    referee: bool = False,
) -> Document:
    """The article on a page, by the stages told above; the page's ``fetched_at`` is the present.

    With ``referee`` the general extractor reads the page, too, and the document says how far both
    agree. Raises ExtractionError, naming the address, if there is no article text.
    """
    try:
        reading = begin(page, source, candidate)
        document = _document(reading)
        if referee:
            return replace(document, agreement=agreement(reading, _words(document)))
    except ExtractionError as error:
        raise type(error)(f"{page.url}: {error}") from error
    return document


def _words(document: Document) -> str:
    return f"{document.lead}\n{document.text}"


def _document(reading: Reading) -> Document:
    title, title_from = headlines.title_of(reading)
    lead, lead_from = headlines.lead_of(reading, title)
    words = _joined(reading, _wording(reading, title, lead))
    medium = media.medium_of(reading, title, words.body)
    access = media.access_of(reading, words.body.length)
    if medium != "article":
        words = _with_captions(reading, words)
    is_free_text = (medium, access) == ("article", "open")
    text, text_from = _own_text(words) if is_free_text else _any_text(reading, words)
    published = moments.publication(reading, title)
    modified = moments.modification(reading, published.at)
    authors, authors_from = authors_of(reading, words.body)
    section, section_from = labels.section_of(reading, title)
    tags, tags_from = labels.tags_of(reading)
    image, image_from = references.image_of(reading)
    address, address_from = references.canonical_of(reading)
    language, language_from = references.language_of(reading)
    origins = {
        "title": title_from, "lead": lead_from, "text": text_from, "authors": authors_from,
        "image": image_from, "published_at": published.origin, "modified_at": modified.origin,
        "canonical_url": address_from, "language": language_from, "section": section_from,
        "tags": tags_from, "captions": words.origin if words.body.captions else "",
    }  # fmt: skip
    locked = [media.PAYWALL_NOTE] if access == "paywalled" else []
    return Document(
        source=_source_id(reading),
        url=reading.page.url,
        canonical_url=address,
        title=title,
        lead=words.lead,
        text=text,
        authors=authors,
        image=image,
        published_at=published.at,
        modified_at=modified.at,
        language=language,
        origins={field: origin for field, origin in origins.items() if origin},
        captions=words.body.captions,
        section=section,
        tags=tags,
        medium=medium,
        access=access,
        notes=(*published.notes, *modified.notes, *locked, *words.notes),
    )


def _source_id(reading: Reading) -> str:
    if reading.source:
        return reading.source.id
    return reading.candidate.source if reading.candidate else ""


def _with_captions(reading: Reading, words: _Wording) -> _Wording:
    """The words with the captions of the whole page, where the body's own are none."""
    if words.body.captions:
        return words
    found = captions(reading.tree, reading.rules.caption)
    return replace(words, body=replace(words.body, captions=found), origin=words.origin or "layout")


def _own_text(words: _Wording) -> tuple[str, str]:
    """An article's text and its origin; raises ExtractionError if there is hardly any."""
    if words.body.length < MIN_TEXT:
        raise ExtractionError("no article text")
    return "\n\n".join(words.body.paragraphs), words.origin


def _any_text(reading: Reading, words: _Wording) -> tuple[str, str]:
    """What there is to read on a page that is rather to be seen, or locked, and its origin."""
    own = "\n\n".join(words.body.paragraphs)
    if words.body.is_told_by_captions and words.origin in {"selector", "layout"}:
        return "\n\n".join((*words.body.paragraphs, *words.body.captions)), "captions"
    beside = media.words_beside(reading, words.body.captions, words.lead)
    choices = [(origin, text) for origin, text in beside if text]
    least = MIN_TEXT if words.origin in {"selector", "layout"} else bodies.MIN_BODY
    if len(own) >= least or (own and not choices):
        return own, words.origin
    ample = [(origin, text) for origin, text in choices if len(text) >= MIN_TEXT]
    for origin, text in ample or choices:
        return text, origin
    raise ExtractionError("no article text")


def _wording(reading: Reading, title: str, lead: str) -> _Wording:
    """Title, lead and body of one page, the body from the first stage whose find holds one."""
    longest = _Wording(title, lead, Body(()), "")
    in_pictures: _Wording | None = None
    for origin, found in _stages(reading):
        own_lead = bodies.whole_lead(found.lines, lead)
        body = bodies.tidy(found, title, own_lead)
        if body.length >= bodies.MIN_BODY and bodies.holds(found.lines):
            return _Wording(title, own_lead, body, origin)
        body = bodies.tidy(found, title, lead)
        if body.is_told_by_captions and bodies.shows(found):
            in_pictures = in_pictures or _Wording(title, lead, body, origin)
        if in_pictures and origin == "layout":
            return in_pictures
        if body.length > longest.body.length:
            longest = _Wording(title, lead, body, origin)
    return longest


def _stages(reading: Reading) -> Iterator[tuple[str, Found]]:
    yield "selector", bodies.by_selector(reading.tree, reading.rules)
    yield "layout", bodies.by_layout(reading.tree, reading.rules)
    told = [Paragraph(plain(line)) for line in reading.jsonld.text.splitlines() if line.strip()]
    if not bodies.holds(told):
        check_for_obstacles(reading)
    yield "trafilatura", Found(by_trafilatura(reading))
    yield "jsonld", Found(told)


def _joined(reading: Reading, words: _Wording) -> _Wording:
    """The words with those of the article's further pages behind, what repeats itself left out."""
    for number, part in enumerate(reading.page.parts[: MAX_PARTS - 1], 2):
        try:
            page = replace(reading.page, body=part, parts=())
            more = _wording(begin(page, reading.source, None), words.title, words.lead)
        except ExtractionError as error:
            note = f"page {number} of the article could not be read: {error}"
            words = replace(words, notes=(*words.notes, note))
            continue
        words = replace(words, body=_appended(words.body, more.body))
    return words


def _appended(body: Body, more: Body) -> Body:
    known = {key(text) for text in body.paragraphs}
    news = tuple(text for text in more.paragraphs if key(text) not in known)
    return Body(
        body.paragraphs + news,
        tuple(dict.fromkeys(body.captions + more.captions)),
        more.signed or body.signed,
        more.agency or body.agency,
    )
