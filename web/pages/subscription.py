"""A subscription's own pages: confirm, see, change, leave. Whoever has the signed link may act."""

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session
from starlette.datastructures import FormData

from alerts import links, schedules, signing_up
from alerts.chat import shown_address
from alerts.errors import LinkError
from alerts.lookups import Lookups
from alerts.matching import in_words
from analysis.topics import topics
from storage import polling, subscriptions
from storage.errors import UnknownThing
from storage.tables import Subscription
from web import wish_form
from web.pages.words import plain_faults
from web.speaking import language_of
from web.templating import page
from web.wish_form import WishForm, form_of

Work = Callable[[Session, Subscription], HTMLResponse]


def _with(
    request: Request, purpose: links.Purpose, token: str, work: Work, *, acts: bool = False
) -> HTMLResponse:
    """Work on the subscription that a link names; every bad link gets the same page."""
    site = request.app.state.site
    within = links.CONFIRM_WITHIN if purpose == "confirm" else None
    try:
        key = links.read(site.sender.secret_key, purpose, token, within)
        with site.database.writing() if acts else site.database.reading() as session:
            return work(session, subscriptions.get(session, key))
    except (LinkError, UnknownThing):
        return page("sorry", language_of(request), status=404)


def _page(request: Request, session: Session, found: Subscription, name: str) -> HTMLResponse:
    """Show a page that says what the subscription is."""
    language = language_of(request, found.language)
    schedule, filters = in_words(Lookups(session), found, language)
    return page(
        name,
        language,
        subscription=found,
        address=shown_address(found),
        schedule=schedule,
        filters=filters,
    )


def show_confirm(request: Request, token: str) -> HTMLResponse:
    """Ask whether the address really wants this."""

    def look(session: Session, found: Subscription) -> HTMLResponse:
        name = "confirm" if found.status == "pending" else "confirmed"
        return _page(request, session, found, name)

    return _with(request, "confirm", token, look)


def confirm(request: Request, token: str) -> HTMLResponse:
    """Make a pending subscription active."""

    def act(session: Session, found: Subscription) -> HTMLResponse:
        if found.status == "pending":
            found.status = "active"
            found.confirmed_at = request.app.state.site.clock()
            schedules.plan(found, found.confirmed_at)
        return _page(request, session, found, "confirmed")

    return _with(request, "confirm", token, act, acts=True)


def show(request: Request, token: str) -> HTMLResponse:
    """Show a subscription and what can be done with it."""

    def look(session: Session, found: Subscription) -> HTMLResponse:
        return _manage(request, session, found)

    return _with(request, "manage", token, look)


def change(
    request: Request, token: str, sent: Annotated[FormData, Depends(form_of)]
) -> HTMLResponse:
    """Change, pause, resume or end a subscription."""
    action = sent.get("action")

    def act(session: Session, found: Subscription) -> HTMLResponse:
        if action == "save" and found.status != "ended":
            return _saved(request, session, found, sent)
        match action, found.status:
            case "pause", "active":
                subscriptions.pause(found)
            case "resume", "paused":
                subscriptions.resume(found)
                schedules.plan(found, request.app.state.site.clock())
                schedules.plan(found, request.app.state.site.clock())
            case "leave", "active" | "paused" | "pending":
                subscriptions.end(found)
        return _manage(request, session, found)

    return _with(request, "manage", token, act, acts=True)


def _saved(request: Request, session: Session, found: Subscription, sent: FormData) -> HTMLResponse:
    form = wish_form.read(sent, kept=wish_form.filled(found).kept)
    language = language_of(request, found.language)
    wishes, outlets = form.wishes(), polling.states(session)
    # An outlet that is no more may stay chosen.
    known = {"topics": topics(), "sources": {*outlets, *found.filters.get("sources", ())}}
    faults = wishes.faults(known, language)
    if faults:
        return _manage(request, session, found, (form, plain_faults(faults, language)))
    signing_up.change(found, wishes, request.app.state.site.clock())
    return _manage(request, session, found, saved=True)


def _manage(
    request: Request,
    session: Session,
    found: Subscription,
    wrong: tuple[WishForm, Mapping[str, str]] | None = None,
    *,
    saved: bool = False,
) -> HTMLResponse:
    form, faults = wrong or (wish_form.filled(found), {})
    language = language_of(request, found.language)
    return page(
        "manage",
        language,
        status=422 if faults else 200,
        subscription=found,
        address=shown_address(found),
        schedule=in_words(Lookups(session), found, language)[0],
        form=form,
        choices=wish_form.choices(form, polling.states(session), language),
        faults=faults,
        place=wish_form.fault_place(form.query),
        saved=saved,
    )


def show_leave(request: Request, token: str) -> HTMLResponse:
    """Ask whether to leave: a link scanner that follows links changes nothing."""

    def look(session: Session, found: Subscription) -> HTMLResponse:
        return _page(request, session, found, "left" if found.status == "ended" else "leave")

    return _with(request, "unsubscribe", token, look)


def leave(request: Request, token: str) -> HTMLResponse:
    """End a subscription: by the page's button or a mail program's one click (RFC 8058)."""

    def act(session: Session, found: Subscription) -> HTMLResponse:
        if found.status != "ended":
            subscriptions.end(found)
        return _page(request, session, found, "left")

    return _with(request, "unsubscribe", token, act, acts=True)
