"""What the pages say otherwise than programs are told."""

from collections.abc import Mapping

from messages.catalogue import translations


def plain_faults(faults: Mapping[str, str], language: str) -> dict[str, str]:
    """Say a form's faults without the words of programs."""
    say = translations(language)
    plain = dict(faults)
    if "schedule" in plain:
        plain["schedule"] = say.gettext("Please choose how often, and a time such as 07:00.")
    if "language" in plain:
        plain["language"] = say.gettext("Please choose a language.")
    return plain
