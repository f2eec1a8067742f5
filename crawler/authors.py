"""Who wrote an article: which of the places that name somebody is believed."""

from collections.abc import Iterable, Iterator
from itertools import islice

from crawler import bylines
from crawler.bodies import Body
from crawler.lines import one_line
from crawler.reading import Reading
from crawler.trees import Node, attribute_of, select_text, siblings

MAX_INITIALS = 2

_BOXES = (
    "[rel=author], [itemprop=author], .article__author, .detail-author .name, .author-info .name,"
    " .author-name, .author_mail, .article-detail-author__info .name, p.author, a.author,"
    " .article-author, div.author, span.author, .tacgia, .tac-gia, .pAuthor, .byline,"
    " [data-role=author], .block-sc-author, .article-meta__author"
)


def authors_of(reading: Reading, body: Body) -> tuple[tuple[str, ...], str]:
    """The names of who wrote the article, none if nobody is named, and their origin."""
    for origin, texts in _choices(reading, body):
        found = dict.fromkeys(
            name for text in texts for name in bylines.names(text, reading.outlets)
        )
        if found:
            return tuple(found)[: bylines.MAX_AUTHORS], origin
    return (), ""


def _choices(reading: Reading, body: Body) -> Iterator[tuple[str, Iterable[str]]]:
    yield "selector", islice(select_text(reading.tree, reading.rules.author, _is_avatar), 5)
    yield "jsonld", reading.jsonld.people
    yield "layout", [body.signed]
    yield "layout", islice(select_text(reading.tree, _BOXES, _is_avatar), 5)
    yield "meta", reading.meta.bodies
    yield "jsonld", reading.jsonld.bodies
    yield "layout", [body.agency]


def _is_avatar(element: Node) -> bool:
    """Whether an element holds but a name's first letters, in place of a portrait."""
    inside = element.first_child
    if inside is None or not inside.is_text_node or inside.next is not None:
        return False
    letters = one_line(inside.text_content or "")
    if not 0 < len(letters) <= MAX_INITIALS or not letters.isupper():
        return False
    beside = (one_line(node.text()) for node in siblings(element))
    name = next(filter(None, beside), "")
    return "avatar" in attribute_of(element, "class").lower() or (
        len(name) > len(letters) and name.startswith(letters)
    )
