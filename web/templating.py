"""The pages' templates, in the reader's language."""

from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from messages.catalogue import translations

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # added by the extension
        translations(language), newstyle=True
    )
    return environment


def page(name: str, language: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Give a page made from a template."""
    template = _environment(language).get_template(f"{name}.html.j2")
    return HTMLResponse(template.render(language=language, **values), status_code=status)
