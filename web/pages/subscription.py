"""A subscription's own pages: confirm, see, pause, leave. Whoever holds the signed link may act."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import HTMLResponse

from alerts import links, schedules
from alerts.chat import shown_address
from alerts.errors import LinkError
from alerts.wording import schedule_in_words
from storage import subscriptions
from storage.errors import UnknownThing
from storage.tables import Subscription
from web.templating import page


def _page(found: Subscription, question: str) -> HTMLResponse:
    return page(
        "subscription",
        found.language,
        subscription=found,
        address=shown_address(found),
        question=question,
        schedule=schedule_in_words(schedules.parse(found.schedule), found.language),
    )


def _with(
    request: Request,
    purpose: links.Purpose,
    token: str,
    work: Callable[[Subscription], HTMLResponse],
) -> HTMLResponse:
    """Work on the subscription that a link names; every bad link gets the same page."""
    site = request.app.state.site
    within = links.CONFIRM_WITHIN if purpose == "confirm" else None
    try:
        key = links.read(site.sender.secret_key, purpose, token, within)
        with site.database.writing() as session:
            return work(subscriptions.get(session, key))
    except (LinkError, UnknownThing):
        return page("sorry", site.language, status=404)


def show_confirm(request: Request, token: str) -> HTMLResponse:
    """Ask whether the address really wants this."""
    return _with(request, "confirm", token, lambda found: _page(found, "confirm"))


def confirm(request: Request, token: str) -> HTMLResponse:
    """Make a pending subscription active."""

    def act(found: Subscription) -> HTMLResponse:
        if found.status == "pending":
            found.status = "active"
            found.confirmed_at = request.app.state.site.clock()
            schedules.plan(found, found.confirmed_at)
        return _page(found, "confirmed")

    return _with(request, "confirm", token, act)


def show(request: Request, token: str) -> HTMLResponse:
    """Show a subscription and what can be done with it."""
    return _with(request, "manage", token, lambda found: _page(found, "manage"))


def change(request: Request, token: str, action: Annotated[str, Form()] = "") -> HTMLResponse:
    """Pause, resume or end a subscription."""

    def act(found: Subscription) -> HTMLResponse:
        match action, found.status:
            case "pause", "active":
                subscriptions.pause(found)
            case "resume", "paused":
                subscriptions.resume(found)
                schedules.plan(found, request.app.state.site.clock())
            case "leave", "active" | "paused" | "pending":
                subscriptions.end(found)
        return _page(found, "manage")

    return _with(request, "manage", token, act)


def show_leave(request: Request, token: str) -> HTMLResponse:
    """Ask whether to leave: a link scanner that follows links changes nothing."""
    return _with(request, "unsubscribe", token, lambda found: _page(found, "leave"))


def leave(request: Request, token: str) -> HTMLResponse:
    """End a subscription: by the page's button or a mail program's one click (RFC 8058)."""

    def act(found: Subscription) -> HTMLResponse:
        subscriptions.end(found)
        return _page(found, "left")

    return _with(request, "unsubscribe", token, act)
