"""The sources in effect: the catalogue or SOURCES_DIR, with EXTRA_SOURCES_DIR on top."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.errors import SourceError
from crawler.sources import Source, catalogue_folder, read_folder
from diembao.failures import UsageError
from diembao.settings import Settings, SettingsError
from messages.catalogue import _


def load_sources(settings: Settings) -> tuple[dict[str, Source], list[SourceError]]:
    """Read all source files; bad ones are given as errors, the others are used."""
    base = settings.sources_dir or catalogue_folder()
    folders: list[tuple[str, Path]] = [("SOURCES_DIR", base)]
    if settings.extra_sources_dir:
        folders.append(("EXTRA_SOURCES_DIR", settings.extra_sources_dir))
    sources: dict[str, Source] = {}
    errors: list[SourceError] = []
    for name, folder in folders:
        if not folder.is_dir():
            raise SettingsError(
                _("{name}: {folder}: no such folder").format(name=name, folder=folder)
            )
        found, faults = read_folder(folder)
        sources |= found
        errors += faults
    return sources, errors


def pick(sources: Mapping[str, Source], names: Sequence[str]) -> list[Source]:
    """Give the named sources; raises UsageError for an unknown one."""
    for name in names:
        if name not in sources:
            near = ", ".join(sorted(sources))[:400]
            raise UsageError(_("no source {name}; known: {near}").format(name=name, near=near))
    return [sources[name] for name in dict.fromkeys(names)]
