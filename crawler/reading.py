"""All there is to choose from while a page is read."""

from dataclasses import dataclass

from crawler import bylines
from crawler.documents import Candidate, Page
from crawler.sources import Extract, Source
from crawler.structured import Claims, from_jsonld, from_meta
from crawler.trees import Node, html_bytes, html_tree

_NO_RULES = Extract()


@dataclass(frozen=True, slots=True)
class Reading:
    """A page with its tree, what it says to machines, and the source's selectors.

    ``data`` is its markup in UTF-8, ``outlets`` what the outlet's own name looks like, see
    `bylines.outlet_keys`.
    """

    page: Page
    source: Source | None
    candidate: Candidate | None
    data: bytes
    tree: Node
    jsonld: Claims
    meta: Claims
    outlets: frozenset[str]

    @property
    def rules(self) -> Extract:
        """The source's selectors, or none."""
        return self.source.extract if self.source else _NO_RULES

    @property
    def markup(self) -> str:
        """The page's markup, for those who look into it as a text."""
        return self.data.decode(errors="replace")


def begin(page: Page, source: Source | None, candidate: Candidate | None) -> Reading:
    """Parse a page; raises ExtractionError if it is none, or more than a page can be."""
    data = html_bytes(page.body, page.content_type)
    tree = html_tree(data)
    jsonld, meta = from_jsonld(tree), from_meta(tree)
    names = [*jsonld.site, *meta.site, *((source.id, source.name) if source else ())]
    outlets = bylines.outlet_keys(page.url, names)
    return Reading(page, source, candidate, data, tree, jsonld, meta, outlets)
