"""``diembao extract``: what the extractor makes of a saved page; no network."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from crawler.addresses import canonical
from crawler.bounds import MAX_PAGE_BYTES
from crawler.documents import Document, Page
from crawler.errors import AddressError
from crawler.extraction import extract
from crawler.sources import Source, belongs
from diembao import output
from diembao.failures import UsageError, said
from diembao.outlets import load_sources, pick
from diembao.workplace import settings_for
from messages.catalogue import _
from network.guard import GuardError, check_address


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("file", metavar="FILE.html")
    parser.add_argument("--url", required=True, help=_("the address the page was saved from"))
    parser.add_argument("--source", help=_("default: the source that the address belongs to"))
    parser.add_argument(
        "--explain", action="store_true", help=_("also say which stage gave each field")
    )


def run(arguments: argparse.Namespace) -> int:
    """Extract and print the document as JSON."""
    settings = settings_for(arguments)
    sources, _faults = load_sources(settings)
    if arguments.source:
        source: Source | None = pick(sources, [arguments.source])[0]
    else:
        source = next((s for s in sources.values() if _is_of(s, arguments.url)), None)
    try:
        check_address(arguments.url, allow_private=True)
    except GuardError as error:
        raise UsageError(f"--url {said(error)}") from error
    try:
        with Path(arguments.file).open("rb") as file:
            # One byte more than is read of a page tells that it is too long.
            body = file.read(MAX_PAGE_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{arguments.file}: {said(error)}") from error
    page = Page(url=arguments.url, body=body, fetched_at=datetime.now(UTC))
    document = extract(page, source, referee=arguments.explain)
    fields = _fields(document)
    if arguments.explain:
        fields["explain"] = dict(document.origins)
        fields["agreement"] = document.agreement
    output.write(output.dump(fields))
    return 0


def _is_of(source: Source, url: str) -> bool:
    try:
        return belongs(source, canonical(url, source))
    except AddressError:
        return False


def _fields(document: Document) -> dict[str, object]:
    published, modified = document.published_at, document.modified_at
    return {
        "title": document.title,
        "lead": document.lead,
        "text": document.text,
        "authors": list(document.authors),
        "image": document.image,
        "published_at": published.isoformat() if published else None,
        "modified_at": modified.isoformat() if modified else None,
        "canonical_url": document.canonical_url,
        "language": document.language,
        "source": document.source or None,
        "captions": list(document.captions),
        "section": document.section,
        "tags": list(document.tags),
        "medium": document.medium,
        "access": document.access,
        "notes": list(document.notes),
    }
