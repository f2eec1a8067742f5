"""What is new for a subscription becomes deliveries, in the caller's transaction.

Choosing, rendering, writing the delivery and moving the subscription's position are one: a crash
leaves all of it or none.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from alerts import links, schedules, standings
from alerts.chat import chat_message, plain_message, service_of
from alerts.digest import MAX_ENTRIES, ArticleView, Digest, Past, compose, rfc3339
from alerts.lookups import Lookups, News
from alerts.outlets import report
from alerts.rendering import (
    Confirmation,
    Footing,
    Reminder,
    digest_subject,
    render_confirmation,
    render_digest,
    render_outlets,
    render_quiet,
    render_reminder,
)
from alerts.views import view
from alerts.wording import filter_in_words, schedule_in_words
from storage import outbox
from storage.filters import Filter, from_json
from storage.outbox import Draft
from storage.polling import states
from storage.reading import topic_name
from storage.tables import Event, Subscription
from storage.telling import ANNOUNCED

QUIET_YEAR = timedelta(days=365)
"""After so long without a mail a reader who asked for it is told that nothing came."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who alerts come from: the address in mails' links, the key that signs those links."""

    public_url: str
    secret_key: str

    def link(self, purpose: links.Purpose, subscription: str) -> str:
        """Give a signed link on a subscription."""
        return links.address(
            self.public_url, purpose, links.make(self.secret_key, purpose, subscription)
        )


def prepare(
    session: Session,
    subscription: Subscription,
    sender: Sender,
    now: datetime,
    shared: Lookups | None = None,
) -> list[str]:
    """Write the deliveries of all that is new for a subscription; gives their ids.

    ``shared`` is given where several subscriptions are told in one transaction.
    """
    lookups = shared or Lookups(session)
    written: list[str] = []
    while True:
        news = lookups.news(subscription)
        if not news.events:
            break
        fresh = _deliveries(lookups, subscription, sender, news, now)
        if fresh:
            written += [outbox.write(session, draft) for draft in fresh]
            subscription.period_from = now
        subscription.position = news.events[-1].id or subscription.position
        if not news.more:
            break
    if not written and is_quiet(subscription, now):
        note = _quiet_note(lookups, subscription, sender, now)
        written.append(outbox.write(session, note))
        subscription.period_from = now
    schedules.plan(subscription, now)
    session.add(subscription)
    return written


def is_quiet(subscription: Subscription, now: datetime) -> bool:
    """Tell whether a reader who wants to know it has had no mail for a year."""
    return subscription.quiet_note and now - subscription.period_from >= QUIET_YEAR


def preview(session: Session, subscription: Subscription, now: datetime) -> Digest:
    """Give the digest that would be sent now; nothing is changed."""
    lookups = Lookups(session)
    news = lookups.news(subscription)
    room = max(len(news.articles), 1)
    return _digests(lookups, subscription, news, now, room)[0]


def _digests(
    lookups: Lookups,
    subscription: Subscription,
    news: News,
    now: datetime,
    room: int | None = None,
) -> list[Digest]:
    """Give a digest of what is new; where it has no room for all, further ones with the rest."""
    empty = _empty(subscription, now)
    past = lookups.past(subscription, news, now)
    common = replace(empty, subscription="")
    composed = lookups.once(
        ("digests", id(news), id(past), common, room),
        lambda: _composed(
            lookups.views(news, subscription.language), common, room or MAX_ENTRIES, past
        ),
    )
    return [replace(digest, subscription=subscription.id) for digest in composed]


def _composed(rest: list[ArticleView], empty: Digest, room: int, past: Past) -> list[Digest]:
    digests = [compose(rest, empty, room, past)]
    while digests[-1].omitted:
        shown = {entry.story for entry in digests[-1].entries}
        rest = [article for article in rest if article.story not in shown]
        digests.append(compose(rest, empty, room, past))
    return digests


def _empty(subscription: Subscription, now: datetime) -> Digest:
    return Digest(
        subscription=subscription.id,
        language=subscription.language,
        timezone=subscription.timezone,
        period_from=subscription.period_from,
        period_to=now,
    )


def _deliveries(
    lookups: Lookups, subscription: Subscription, sender: Sender, news: News, now: datetime
) -> list[Draft]:
    """A webhook on 'instant' gets a call for each event; everyone else one digest."""
    session = lookups.session
    if subscription.kind == "webhook" and subscription.schedule == "instant":
        return _calls(session, subscription, news, now)
    if from_json(subscription.filters).about:
        return _outlet_reports(lookups, subscription, sender, news.events, now)
    if not news.articles:
        return []
    return [
        _digest_delivery(lookups, subscription, sender, digest, news.events)
        for digest in _digests(lookups, subscription, news, now)
    ]


def _calls(
    session: Session,
    subscription: Subscription,
    news: News,
    now: datetime,
) -> list[Draft]:
    known, wanted = states(session), from_json(subscription.filters)
    names = {source: state.name for source, state in known.items()}
    kinds = {source: state.kind for source, state in known.items()}
    views = {t.article.id: view(t, names, subscription.language) for t in news.articles}
    zone = ZoneInfo(subscription.timezone)
    calls = []
    for event in news.events:
        data = None
        if event.type in ANNOUNCED and (article := views.get(event.article_id)):
            data = article.as_json(zone)
        elif event.type in standings.TOLD and standings.concerns(event, wanted, kinds):
            data = standings.told(event, zone, subscription.language)
        if data is not None:
            payload = _body(event.type, data, event.created_at, subscription)
            articles = [event.article_id] if event.article_id else []
            calls.append(_delivery(subscription, event.type, payload, [event], now, articles))
    return calls


def _body(
    type_: str, data: dict[str, Any], moment: datetime, subscription: Subscription
) -> dict[str, Any]:
    timestamp = rfc3339(moment, ZoneInfo(subscription.timezone))
    body = {"type": type_, "timestamp": timestamp, "data": data}
    return {"body": json.dumps(body, ensure_ascii=False, separators=(",", ":"))}


def _digest_delivery(
    lookups: Lookups,
    subscription: Subscription,
    sender: Sender,
    digest: Digest,
    batch: Sequence[Event],
) -> Draft:
    now = digest.period_to
    if subscription.kind == "webhook":
        payload = _body("digest.published", digest.as_json(), now, subscription)
    elif subscription.kind == "chat":
        service = service_of(subscription.address)
        text = chat_message(digest, service, sender.public_url)
        payload = {"subject": digest_subject(digest), "text": text}
    else:
        footing = _footing(lookups, subscription, sender)
        rendered = render_digest(digest, footing)
        payload = {**asdict(rendered), "unsubscribe_url": footing.unsubscribe_url}
    articles = [int(each.id) for entry in digest.entries for each in entry.articles]
    return _delivery(subscription, "digest.published", payload, batch, now, articles)


def _outlet_reports(
    lookups: Lookups,
    subscription: Subscription,
    sender: Sender,
    batch: Sequence[Event],
    now: datetime,
) -> list[Draft]:
    """Tell how outlets fare: one message for all that happened, or none."""
    known = {source: (state.name, state.kind) for source, state in states(lookups.session).items()}
    zone, wanted = ZoneInfo(subscription.timezone), from_json(subscription.filters)
    told = report(batch, wanted, known, zone, subscription.language)
    if told is None:
        return []
    if subscription.kind == "chat":
        text = plain_message(told.text, service_of(subscription.address))
        payload = {"subject": told.subject, "text": text}
    else:
        footing = _footing(lookups, subscription, sender)
        payload = {**asdict(render_outlets(told, footing)),
                   "unsubscribe_url": footing.unsubscribe_url}  # fmt: skip
    return [_delivery(subscription, "source.report", payload, batch, now)]


def _quiet_note(
    lookups: Lookups, subscription: Subscription, sender: Sender, now: datetime
) -> Draft:
    footing = _footing(lookups, subscription, sender)
    rendered = render_quiet(_empty(subscription, now), footing)
    payload = {**asdict(rendered), "unsubscribe_url": footing.unsubscribe_url}
    return _delivery(subscription, "digest.quiet", payload, [], now)


def _footing(lookups: Lookups, subscription: Subscription, sender: Sender) -> Footing:
    schedule, filters = in_words(lookups, subscription)
    return Footing(
        public_url=sender.public_url,
        manage_url=sender.link("manage", subscription.id),
        unsubscribe_url=sender.link("unsubscribe", subscription.id),
        schedule=schedule,
        filters=filters,
    )


def in_words(
    lookups: Lookups, subscription: Subscription, language: str | None = None
) -> tuple[str, str]:
    """Say when and of what a subscription is told, in its own or another language."""
    language = language or subscription.language
    schedule, filters = subscription.schedule, subscription.filters
    return lookups.once(
        ("words", schedule, repr(filters), language),
        lambda: _in_words(lookups, schedule, from_json(filters), language),
    )


def _in_words(lookups: Lookups, schedule: str, wanted: Filter, language: str) -> tuple[str, str]:
    names = {slug: topic_name(slug, language) for slug in wanted.topics}
    return (
        schedule_in_words(schedules.parse(schedule), language),
        filter_in_words(wanted, {**names, **lookups.names()}, language),
    )


def _delivery(
    subscription: Subscription,
    type_: str,
    payload: dict[str, Any],
    batch: Sequence[Event],
    now: datetime,
    articles: Sequence[int] = (),
) -> Draft:
    return Draft(
        id=f"dlv-{secrets.token_hex(12)}",
        subscription_id=subscription.id,
        type=type_,
        payload=payload,
        created_at=now,
        first_event=batch[0].id if batch else None,
        last_event=batch[-1].id if batch else None,
        articles=articles,
    )


def ask_to_confirm(
    session: Session, subscription: Subscription, sender: Sender, now: datetime
) -> str:
    """Write the mail that asks a new subscriber to confirm; gives its delivery's id."""
    schedule, filters = in_words(Lookups(session), subscription)
    rendered = render_confirmation(
        Confirmation(
            language=subscription.language,
            recipient=subscription.address,
            public_url=sender.public_url,
            confirm_url=sender.link("confirm", subscription.id),
            schedule=schedule,
            filters=filters,
        )
    )
    draft = _delivery(subscription, "confirmation", asdict(rendered), [], now)
    return outbox.write(session, draft)


def tell_subscribed(
    session: Session, subscription: Subscription, sender: Sender, now: datetime
) -> str:
    """Write the mail that answers another sign-up of a subscriber; gives its delivery's id."""
    schedule, filters = in_words(Lookups(session), subscription)
    rendered = render_reminder(
        Reminder(
            language=subscription.language,
            recipient=subscription.address,
            public_url=sender.public_url,
            manage_url=sender.link("manage", subscription.id),
            schedule=schedule,
            filters=filters,
            paused=subscription.status == "paused",
        )
    )
    return outbox.write(session, _delivery(subscription, "reminder", asdict(rendered), [], now))


def say_hello(session: Session, subscription: Subscription, sender: Sender, now: datetime) -> str:
    """Write a test message to a subscription: an empty digest; gives its delivery's id."""
    digest = _empty(subscription, now)
    draft = _digest_delivery(Lookups(session), subscription, sender, digest, [])
    return outbox.write(session, draft)
