"""``diembao settings``: the settings in effect and where they come from."""

import argparse
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from diembao import output
from diembao.settings import SECRETS, Settings, load
from messages.catalogue import _
from storage.database import shown


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    output.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Show every setting; secrets are masked."""
    loaded = load(Path(arguments.config) if arguments.config else None)
    _.choose(loaded.settings.language)
    rows = [
        {
            "name": name.upper(),
            "value": _value(loaded.settings, name),
            "origin": loaded.origins[name],
            "meaning": _(field.description or name),
        }
        for name, field in Settings.model_fields.items()
    ]
    headings = {"name": _("setting"), "value": _("value"), "origin": _("from")}
    output.listing(rows, {**headings, "meaning": _("meaning")}, arguments.format)
    return 0


def _value(settings: Settings, name: str) -> Any:
    value = getattr(settings, name)
    if name == "database_url":
        return shown(settings.database)
    if value is None:
        return None
    if name in SECRETS:
        return "••••••"
    if name == "smtp_url":
        return make_url(value).render_as_string(hide_password=True)
    return str(value) if isinstance(value, Path) else value
