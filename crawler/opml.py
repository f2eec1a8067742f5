"""OPML, the lists of feeds that feed readers exchange: bytes in, feeds out, and back."""

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lxml import etree

from crawler.charsets import xml_text
from crawler.errors import BadValueError, FeedError
from crawler.markup import plain
from crawler.source_values import address

MAX_OPML_BYTES = 4 * 1024 * 1024
MAX_OUTLINES = 2_000
MAX_ELEMENTS = 20_000
MAX_DEPTH = 50
MAX_TITLE = 200


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list; ``homepage`` is empty where the list does not tell it."""

    title: str
    feed: str
    homepage: str = ""


def read_opml(body: bytes, name: str) -> list[Outline]:
    """The feeds of an OPML file called ``name``, each address once, at most 2,000.

    Outlines without an http(s) feed are passed over. Raises FeedError if the bytes are no OPML,
    define entities or are nested too deeply.
    """
    if len(body) > MAX_OPML_BYTES:
        raise FeedError(f"{name}: no OPML: more than {MAX_OPML_BYTES // 2**20} MiB")
    found: dict[str, Outline] = {}
    try:
        for fields in _outlines(xml_text(body)):
            outline = _outline(fields)
            if outline and len(found) < MAX_OUTLINES:
                found.setdefault(outline.feed, outline)
    except FeedError as error:
        raise FeedError(f"{name}: no OPML: {error}") from error
    return list(found.values())


def write_opml(title: str, groups: Mapping[str, Sequence[Outline]]) -> bytes:
    """An OPML 2.0 file with the feeds of each group under an outline of its name."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(root, "body")
    for group, outlines in groups.items():
        folder = etree.SubElement(body, "outline", text=group, title=group)
        for outline in outlines:
            said = {"type": "rss", "text": outline.title, "title": outline.title}
            said |= {"xmlUrl": outline.feed, "htmlUrl": outline.homepage}
            etree.SubElement(folder, "outline", said)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _outlines(text: str) -> Iterable[Mapping[str, str]]:
    """The attributes of each outline that names a feed, in lower case."""
    root, depth, elements = "", 0, 0
    walk = etree.iterparse(
        io.BytesIO(text.encode()),
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    with suppress(etree.LxmlError):  # what came before the fault is of use
        for event, element in walk:
            depth += 1 if event == "start" else -1
            elements += event == "start"
            root = root or str(element.tag).lower()
            if root != "opml":
                raise FeedError(f"its root is <{root[:40]}>")
            if depth > MAX_DEPTH or elements > MAX_ELEMENTS:
                raise FeedError(f"nested deeper than {MAX_DEPTH}, or over {MAX_ELEMENTS} elements")
            if event == "start" and str(element.tag).lower() == "outline":
                yield {str(key).lower(): str(value) for key, value in element.attrib.items()}
    if not root:
        raise FeedError("malformed XML")


def _outline(fields: Mapping[str, str]) -> Outline | None:
    try:
        feed = address(fields.get("xmlurl", "").strip())
    except BadValueError:
        return None
    homepage = ""
    with suppress(BadValueError):
        homepage = address(fields.get("htmlurl", "").strip())
    title = plain(fields.get("title") or fields.get("text") or "", MAX_TITLE)
    return Outline(title, feed, homepage)
