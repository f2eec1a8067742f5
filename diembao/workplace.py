"""What a command works with, made from the settings: database, sources, seeds, crawl desk."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from diembao import logs
from diembao.failures import said
from diembao.output import note
from diembao.settings import Settings, SettingsError, load
from messages.catalogue import N_, _
from storage import seeds as seed_file
from storage.database import Database, open_database
from storage.seeds import KnownSeed, mirror


def settings_for(arguments: argparse.Namespace) -> Settings:
    """Load the settings for a command and speak their language."""
    settings = load(Path(arguments.config) if arguments.config else None).settings
    _.choose(settings.language)
    logs.start(settings.log_level, settings.log_format)
    return settings


def open_archive(settings: Settings) -> Database:
    """Open the database, its tables up to date and its seeds as in the seeds files."""
    database = open_database(
        settings.database, migrate=settings.auto_migrate, tell=say_what_is_upgraded
    )
    with database.writing() as session:
        mirror(session, known_seeds(settings))
    return database


def say_what_is_upgraded(version: str, head: str) -> None:
    """Say that tables are about to be changed, and to stay patient."""
    note(
        _("bringing the archive from version {version} to {head}; a large one takes minutes")
        .format(version=version, head=head)
    )  # fmt: skip


def existing_archive(settings: Settings) -> Database | None:
    """Open the database for a command that only looks things up; None if there is none yet."""
    path = settings.database.removeprefix("sqlite:///")
    if path != settings.database and not Path(path).is_file():
        return None
    return open_database(settings.database, migrate=False)


def own_seeds_file(settings: Settings) -> Path:
    """Give the file that ``seeds add`` writes: SEEDS_FILE, or the user's own beside the shipped."""
    return settings.seeds_file or settings.data_dir / "seeds.jsonl"


def known_seeds(settings: Settings) -> list[KnownSeed]:
    """Give all seeds: those of SEEDS_FILE, or the shipped ones and the user's own."""
    if settings.seeds_file:
        if not settings.seeds_file.is_file():
            raise SettingsError(N_("SEEDS_FILE: {path}: no such file"), path=settings.seeds_file)
        return seed_file.read_seeds(settings.seeds_file)
    shipped = seed_file.read_seeds(seed_file.SHIPPED)
    own = seed_file.read_seeds(own_seeds_file(settings))
    taken = {seed.id for seed in shipped}
    return [*shipped, *(seed for seed in own if seed.id not in taken)]


def say_all(errors: Sequence[Exception]) -> None:
    """Name things that could not be used while the rest goes on."""
    for error in errors:
        note(f"diembao: {said(error)}")
