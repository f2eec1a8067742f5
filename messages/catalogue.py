"""Wording by language: gettext catalogues; English stands in the code, others in ``messages/``."""

import gettext as _gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("vi", "en")
DOMAIN = "diembao"
FOLDER = Path(__file__).parent


@cache
def translations(language: str) -> _gettext.NullTranslations:
    """Give the catalogue of a language; English, the language of the code, needs none."""
    if language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation(DOMAIN, localedir=FOLDER, languages=[language])


class Wording:
    """What is said to the user at the edge, in the language last chosen."""

    language = "vi"

    def choose(self, language: str) -> None:
        """Speak this language from now on."""
        self.language = language if language in LANGUAGES else "vi"

    def __call__(self, message: str) -> str:
        """Translate one message; an unknown one is given back as it is."""
        return translations(self.language).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a message for the translators where it stands; it is translated where it is shown."""
    return message


_ = Wording()
