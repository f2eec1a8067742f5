"""The one way in for sign-ups, from the page and from programs."""

from collections.abc import Container

from fastapi import Request

from alerts.envelopes import mail_address
from alerts.errors import AddressError
from alerts.signing_up import Asked, sign_up
from alerts.wishes import Wishes
from analysis.topics import topics
from messages.catalogue import translations
from storage import polling


def take_sign_up(request: Request, address: str, wishes: Wishes, language: str) -> dict[str, str]:
    """Take a sign-up, or say what is wrong with it, by field; raises TooManySignUps."""
    site = request.app.state.site
    with site.database.reading() as session:
        known: dict[str, Container[str]] = {"topics": topics(), "sources": polling.states(session)}
    faults = wishes.faults(known, language)
    try:
        checked = mail_address(address.strip())
    except AddressError:
        say = translations(language)
        faults = {
            "address": say.gettext("This is no mail address such as name@example.org.")
        } | faults
    if faults:
        return faults
    client = request.client.host if request.client else ""
    with site.database.writing() as session:
        sign_up(session, Asked(checked, wishes, client), site.sender, site.clock())
    return {}
