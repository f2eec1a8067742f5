"""The sign-up page."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData

from alerts.errors import TooManySignUps
from messages.catalogue import translations
from storage import polling
from web import wish_form
from web.entry import take_sign_up
from web.pages.words import plain_faults
from web.speaking import language_of
from web.templating import page
from web.wish_form import WishForm, form_of


def show(request: Request) -> HTMLResponse:
    """Show the form."""
    site, language = request.app.state.site, language_of(request)
    return _form(request, WishForm(timezone=str(site.zone), language=language), {})


def send(request: Request, sent: Annotated[FormData, Depends(form_of)]) -> HTMLResponse:
    """Sign an address up; the answer is the same whether or not it is known."""
    language, form = language_of(request), wish_form.read(sent)
    # The address is judged as it was sent: what looks right once cleaned need not be.
    address = sent.get("address")
    try:
        faults = take_sign_up(
            request, address if isinstance(address, str) else "", form.wishes(), language
        )
    except TooManySignUps as error:
        say = translations(language)
        words = say.gettext("Too many sign-ups at the moment. Please try again later.")
        answer = _form(request, form, {"": words}, status=429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    if faults:
        return _form(request, form, plain_faults(faults, language), status=422)
    return page("check_mail", language, address=form.address)


def _form(
    request: Request, form: WishForm, faults: Mapping[str, str], status: int = 200
) -> HTMLResponse:
    language = language_of(request)
    with request.app.state.site.database.reading() as session:
        known = polling.states(session)
    return page(
        "subscribe",
        language,
        status=status,
        form=form,
        choices=wish_form.choices(form, known, language),
        faults=faults,
        place=wish_form.fault_place(form.query),
    )
