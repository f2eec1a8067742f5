"""``diembao sources add``: a source file proposed from an outlet's homepage."""

import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.crawl import Manner
from crawler.errors import BadValueError
from crawler.proposing import Findings, id_for, propose
from crawler.scouting import Sort, Step, scout
from crawler.source_text import Proposal, source_text
from crawler.source_values import address, host_and_port
from crawler.sources import Source, is_id
from diembao import output
from diembao.failures import UsageError, said
from diembao.settings import Settings
from messages.catalogue import _
from scheduler.clock import utc_now

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be added, under which id and where to; ``force`` lets it replace a source."""

    url: str
    id: str | None = None
    output: str | None = None
    force: bool = False


def add(settings: Settings, sources: Mapping[str, Source], wish: Wish) -> int:
    """Look at an outlet and write a source file for it; 1 if too little was found to crawl it."""
    homepage = _homepage(wish.url)
    target, id_ = _target(settings, wish, homepage)
    _check_free(sources, target, id_, wish)
    steps: list[Step] = []

    def hear(step: Step) -> None:
        steps.append(step)
        if sys.stderr.isatty():
            output.note(_told(step))

    manner = Manner(settings.user_agent, settings.allow_private_networks, 1)
    findings, source = asyncio.run(scout(homepage, manner, hear))
    proposal = propose(findings, replace(source, id=id_), utc_now())
    text = source_text(proposal)
    for line in _account(steps, findings, proposal, sources):
        output.note(line)
    write_source(target, text, force=wish.force)
    output.note(_next_step(target, id_, settings))
    return 0 if proposal.enabled else 1


def write_source(target: Path | None, text: str, *, force: bool = False) -> None:
    """Write a source file, to stdout where there is no target; an existing one only by force."""
    if target is None:
        output.write(text)
        return
    try:
        with target.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(_("{path}: exists already; --force overwrites it").format(
            path=target
        )) from error  # fmt: skip
    except OSError as error:
        raise UsageError(f"{target}: {said(error)}") from error


def _homepage(url: str) -> str:
    full = url if "://" in url else f"https://{url}"
    try:
        found = address(full)
        host_and_port(found)
    except (BadValueError, ValueError) as error:
        raise UsageError(f"URL: {url[:200]!r} {said(error)}") from error
    return found if found.count("/") > 2 else f"{found}/"


def _target(settings: Settings, wish: Wish, homepage: str) -> tuple[Path | None, str]:
    """Where the file goes (None: stdout), and the id."""
    path = Path(wish.output) if wish.output and wish.output != STDOUT else None
    id_ = wish.id or (path.stem if path else id_for(homepage))
    if not is_id(id_):
        raise UsageError(_("--id: {id} is no id; allowed: a-z, 0-9, _ and - (64)").format(id=id_))
    if path and (path.suffix != ".toml" or path.stem != id_):
        raise UsageError(_("--output: the file's name is the id: {id}.toml").format(id=id_))
    if path or wish.output == STDOUT or not settings.extra_sources_dir:
        return path, id_
    return settings.extra_sources_dir / f"{id_}.toml", id_


def _check_free(sources: Mapping[str, Source], target: Path | None, id_: str, wish: Wish) -> None:
    """Refuse what would replace a file or a source, before anything is asked."""
    if target is None or wish.force:
        return
    if target.exists():
        raise UsageError(_("{path}: exists already; --force overwrites it").format(path=target))
    if id_ in sources:
        raise UsageError(
            _("{id} is the id of {name} already; choose another by --id, or --force").format(
                id=id_, name=sources[id_].name
            )
        )


def _account(
    steps: Sequence[Step], findings: Findings, proposal: Proposal, sources: Mapping[str, Source]
) -> Iterator[str]:
    """A few lines on what was asked, found and not found."""
    yield from (_told(step) for step in steps if not step.error and step.sort != "article")
    for sort in ("feed", "sitemap", "article"):
        failed = [step for step in steps if step.error and step.sort == sort]
        if failed:
            places = ", ".join(step.url for step in failed[:3])
            more = f" (+{len(failed) - 3})" if len(failed) > 3 else ""
            yield _("{sort}: nothing at {places}{more}; {error}").format(
                sort=_name(sort), places=places, more=more, error=failed[0].error
            )
    found = ", ".join(proposal.extract) or "–"
    yield _("pattern {pattern}; selectors by {n} articles: {found}").format(
        pattern=proposal.pattern, n=len(findings.samples), found=found
    )
    host = host_and_port(proposal.homepage)
    known = [source.id for source in sources.values() if host in source.hosts]
    if known:
        yield _("this outlet's host is known already: {names}").format(names=", ".join(known))


def _told(step: Step) -> str:
    if step.error:
        return f"{step.url}: {step.error}"
    found = {
        "homepage": _("{url}: homepage with {n} links"),
        "feed": _("{url}: feed with {n} items"),
        "index": _("{url}: page that names {n} feeds"),
        "sitemap": _("{url}: sitemap with {n} addresses"),
        "article": _("{url}: article, {n} bytes"),
    }[step.sort]
    return found.format(url=step.url, n=step.found)


def _name(sort: Sort) -> str:
    return {"feed": _("feed"), "sitemap": _("sitemap"), "article": _("article")}.get(sort, sort)


def _next_step(target: Path | None, id_: str, settings: Settings) -> str:
    folder = settings.extra_sources_dir
    if target is None:
        return _("to use it: save it as {id}.toml in a folder, set EXTRA_SOURCES_DIR to it").format(
            id=id_
        )
    if folder is None or target.absolute().parent != folder:
        return _("written to {path}; to use it, set EXTRA_SOURCES_DIR to its folder").format(
            path=target
        )
    return _("written to {path}; now: diembao sources check {id}").format(path=target, id=id_)
