"""``diembao sources import-opml`` and ``export-opml``: lists of feeds, to and from feed readers."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import urljoin

from crawler.addresses import canonical
from crawler.errors import AddressError, SourceError
from crawler.opml import MAX_OPML_BYTES, Outline, read_opml, write_opml
from crawler.proposing import id_for
from crawler.source_text import NO_PATTERN, Proposal, source_text
from crawler.source_values import host_and_port
from crawler.sources import Source
from diembao import output
from diembao.failures import UsageError, said
from diembao.new_outlets import STDOUT, write_source
from diembao.settings import Settings
from messages.catalogue import _
from scheduler.clock import utc_now

KINDS = ("press", "official", "english")


def import_opml(settings: Settings, sources: Mapping[str, Source], file: Path) -> int:
    """Write a proposed source file for each unknown feed of a list; 1 if one of them failed."""
    folder = settings.extra_sources_dir
    if folder is None:
        raise UsageError(_("import-opml writes source files: set EXTRA_SOURCES_DIR to a folder"))
    outlines = read_opml(_bytes(file), str(file))
    known = {_key(feed): source.id for source in sources.values() for feed in source.feeds}
    taken = {*sources, *(path.stem for path in folder.glob("*.toml"))}
    code = 0
    for outline in outlines:
        if owner := known.get(_key(outline.feed)):
            output.note(_("{feed}: known already, of {id}").format(feed=outline.feed, id=owner))
            continue
        proposal = _proposal(outline, sources, taken)
        try:
            write_source(folder / f"{proposal.id}.toml", source_text(proposal))
        except SourceError as error:
            output.note(f"diembao: {outline.feed}: {said(error)}")
            code = 1
            continue
        taken.add(proposal.id)
        known[_key(outline.feed)] = proposal.id
        output.note(_written(proposal))
    if not outlines:
        output.note(_("{file}: names no feeds").format(file=file))
    return code


def export_opml(sources: Sequence[Source], file: str) -> None:
    """Write the feeds of sources, grouped by kind, to a file or to stdout."""
    groups = {
        kind: [
            Outline(source.name, feed, source.homepage)
            for source in sources
            if source.kind == kind
            for feed in source.feeds
        ]
        for kind in KINDS
    }
    data = write_opml("Điểm Báo", {kind: found for kind, found in groups.items() if found})
    if file == STDOUT:
        output.write(data.decode())
        return
    try:
        Path(file).write_bytes(data)
    except OSError as error:
        raise UsageError(f"{file}: {said(error)}") from error


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_OPML_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: {said(error)}") from error


def _key(feed: str) -> str:
    """What makes two feeds' addresses the same."""
    try:
        return canonical(feed).partition("://")[2].rstrip("/")
    except AddressError:
        return feed


def _proposal(outline: Outline, sources: Mapping[str, Source], taken: Collection[str]) -> Proposal:
    """A source file for a feed: switched on only if the host's article addresses are known."""
    homepage = outline.homepage or urljoin(outline.feed, "/")
    host = host_and_port(outline.feed)
    like = next((source for source in sources.values() if host in source.hosts), None)
    id_ = _free_id(id_for(homepage), taken)
    remarks = [f"Proposed {utc_now():%Y-%m-%d} from OPML: check by `diembao sources check {id_}`"]
    if like:
        remarks.append(f"Found: article_pattern of {like.id}, which has the same host")
    else:
        remarks.append(
            "Not found: article_pattern. Set it, then enabled = true; or let "
            f"`diembao sources add {homepage}` learn it"
        )
    own = host_and_port(homepage)
    return Proposal(
        id=id_,
        name=outline.title or host,
        homepage=homepage,
        pattern=like.article_pattern if like else NO_PATTERN,
        kind=like.kind if like else "press",
        enabled=like is not None,
        feeds=(outline.feed,),
        hosts=(host,) if host.removeprefix("www.") != own.removeprefix("www.") else (),
        remarks=tuple(remarks),
    )


def _free_id(wish: str, taken: Collection[str]) -> str:
    choices = (wish if n == 1 else f"{wish[:58]}_{n}" for n in range(1, len(taken) + 3))
    return next(choice for choice in choices if choice not in taken)


def _written(proposal: Proposal) -> str:
    state = _("on") if proposal.enabled else _("off until its article_pattern is set")
    return _("{id}: {feed}: written, {state}").format(
        id=proposal.id, feed=proposal.feeds[0], state=state
    )
