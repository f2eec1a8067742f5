"""All tables. Each index names the query it serves.

Times are aware UTC. Ids that leave the program are strings; integer keys are given out as text.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from storage.partial import index_where, where_there

GREATEST_KEY = 2**31 - 1  # what an integer key can be on PostgreSQL
_TOLD_AT = text("coalesce(published_at, first_seen_at)")  # `storage.filters.moment`
_BACKFILLED = "backfill_id IS NOT NULL"
_WITH_TEXT = "status || '' = 'off_topic' AND text <> ''"


class SourceState(SQLModel, table=True):
    """What is known of a source beyond its file: its schedule, its lease, its luck."""

    __tablename__ = "source"

    id: str = Field(primary_key=True)
    name: str
    kind: str = "press"
    enabled: bool | None = None  # None: as the source file says
    next_check_at: datetime = Field(index=True)  # due_sources
    interval_seconds: int = 0
    lease_until: datetime | None = None
    lease_by: str | None = None
    last_checked_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0  # polls in a row that failed wholly
    last_error: str | None = None
    trouble: float = 0.0  # failures since a success (hard 1, soft 1/2, temporary 1/4)
    # How the source fares: ok | failing | drifting | silent, since when and why.
    state: str = "ok"
    state_since: datetime | None = None
    state_reason: str | None = None
    # What has been learned of when it publishes, see `scheduler.rhythm`.
    rhythm: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class SourceDay(SQLModel, table=True):
    """What the polls of one source came to on one day (Vietnam's), as sums by name."""

    __tablename__ = "source_day"

    source: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Host(SQLModel, table=True):
    """A web host: who may ask it now, when it may be asked again, and its robots.txt."""

    __tablename__ = "host"

    name: str = Field(primary_key=True)  # host, or host:port
    lease_until: datetime | None = None
    lease_by: str | None = None
    free_at: datetime | None = None  # after the pause, or what Retry-After asked for
    wait_reason: str | None = None
    robots: str | None = Field(default=None, sa_type=Text)
    robots_at: datetime | None = None


class Endpoint(SQLModel, table=True):
    """A feed, sitemap or listing page, with the validators of its last answer."""

    __tablename__ = "endpoint"

    url: str = Field(primary_key=True)
    source: str = Field(index=True)  # validators of one source
    kind: str
    etag: str | None = None
    last_modified: str | None = None
    # The sitemaps that an index led to, asked for even when it answers 304.
    parts: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    last_asked_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    hub: str | None = None  # the WebSub hub it names, and the address it is known by there
    topic: str | None = None


class Push(SQLModel, table=True):
    """A WebSub subscription to a feed: the hub calls when there is something new."""

    __tablename__ = "push"

    endpoint: str = Field(primary_key=True)
    source: str
    hub: str
    topic: str
    token: str = Field(unique=True)  # the last part of the callback's address
    secret: str
    status: str = "pending"  # pending | active | refused
    reason: str | None = None
    asked_at: datetime
    lease_until: datetime | None = None
    heard_at: datetime | None = None


class CandidateRow(SQLModel, table=True):
    """An address that may be an article, kept until it is fetched, refused or given up."""

    __tablename__ = "candidate"
    __table_args__ = (
        index_where("status = 'pending'", "ix_candidate_pending", "source"),  # pending_candidates
        where_there("ix_candidate_article_key", "article_key"),  # sight: is this article known?
        # A backfill's candidates: those to be fetched next, and how all of them fared.
        index_where("status = 'waiting'", "ix_candidate_waiting", "backfill_id", "next_attempt_at"),
        index_where(_BACKFILLED, "ix_candidate_backfill", "backfill_id", "status"),
    )

    canonical_url: str = Field(primary_key=True)
    source: str
    url: str
    via: str = ""
    title: str = ""
    lead: str = Field(default="", sa_type=Text)
    published_at: datetime | None = None
    updated_at: datetime | None = None
    # What each feed or sitemap said last; if one says otherwise, the article is looked at again.
    hints: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # pending | fetched | refused | failed; a backfill's: waiting, or held until it is known whether
    # it may be of its days
    status: str = "pending"
    reason: str | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None
    first_seen_at: datetime = Field(index=True)  # retention
    article_id: int | None = Field(default=None, foreign_key="article.id")
    # The outlet's own number of the article, which stays when the words of the address change.
    article_key: str | None = None
    backfill_id: int | None = None  # the backfill that is to fetch it, or has


class Story(SQLModel, table=True):
    """Articles of one event: the first, copies, and other outlets' own pieces."""

    __tablename__ = "story"

    id: int | None = Field(default=None, primary_key=True)
    # No foreign key: story and article would each have to be written first.
    first_article_id: int | None = None
    first_published_at: datetime | None = None
    last_seen_at: datetime = Field(index=True)  # latest stories
    article_count: int = 1
    # The story that holds its articles now; the id goes on leading there.
    merged_into: int | None = Field(default=None, index=True)  # those merged into a story


class Article(SQLModel, table=True):
    """What is stored of one address: new, off topic, or a copy of another."""

    __tablename__ = "article"
    __table_args__ = (
        Index("ix_article_listing", "status", "first_seen_at"),  # newest articles of a status
        Index("ix_article_latest", "status", _TOLD_AT, "id"),  # lists, newest first
        Index("ix_article_source", "source", _TOLD_AT, "id"),  # an outlet's articles
        where_there("ix_article_article_key", "article_key"),  # ingest: is this article known?
        where_there("ix_article_next_look_at", "next_look_at"),  # due_looks
        where_there("ix_article_duplicate_of", "duplicate_of"),  # an article's copies
        index_where(_WITH_TEXT, "ix_article_ageing", "first_seen_at"),  # retention
        index_where(_BACKFILLED, "ix_article_backfill", "backfill_id", "status"),  # account
    )

    id: int | None = Field(default=None, primary_key=True)
    source: str
    url: str
    canonical_url: str = Field(unique=True)  # ingest: is this address known?
    title: str = Field(sa_type=Text)
    lead: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    authors: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    image: str | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    first_seen_at: datetime
    revised_at: datetime | None = None
    language: str | None = None
    content_hash: str = Field(index=True)  # exact copies
    syllables: int = 0
    rules: str = ""
    relevance: float = 0.0
    city: float = 0.0  # the two halves of relevance: about the city, about its digital change
    theme: float = 0.0
    evidence: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: str
    duplicate_of: int | None = Field(default=None, foreign_key="article.id")
    seed: str | None = None
    similarity: float | None = None
    story_id: int = Field(foreign_key="story.id", index=True)  # a story's articles
    search: str = Field(default="", sa_type=Text)  # title, lead and text without accents or case
    article_key: str | None = None  # the outlet's own number of it
    section: str | None = None
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    captions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    medium: str = "article"  # article | video | photo
    access: str = "open"  # open | paywalled
    # Looking again for revisions: when next, how often so far, with which validators.
    next_look_at: datetime | None = None
    looks: int = 0
    etag: str | None = None
    last_modified: str | None = None
    gone_at: datetime | None = None  # taken down, or redirected to another story
    gone_reason: str | None = None
    backfill_id: int | None = None  # the backfill that brought it: it is told to nobody


class Revision(SQLModel, table=True):
    """An earlier text of an article."""

    __tablename__ = "revision"

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id", index=True)
    title: str = Field(sa_type=Text)
    lead: str = Field(default="", sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    content_hash: str
    replaced_at: datetime
    # What the next text changed, word by word, and whether in substance; see `analysis.changes`.
    changes: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    substantial: bool = True


class Snapshot(SQLModel, table=True):
    """The page an article was read from, packed (zstd), so that it can be read anew."""

    __tablename__ = "snapshot"

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    url: str
    content_type: str = ""
    fetched_at: datetime = Field(index=True)  # retention
    size: int  # bytes before packing
    page: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Shingle(SQLModel, table=True):
    """A sampled shingle of an article's text: where near copies are looked up."""

    __tablename__ = "shingle"
    __table_args__ = {"sqlite_with_rowid": False}

    hash: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    article_id: int = Field(primary_key=True)  # to check each would cost a third of adding it


class Related(SQLModel, table=True):
    """An article that shares much with an earlier one and is no copy of it."""

    __tablename__ = "related"
    __table_args__ = (Index("ix_related_other", "other_id"),)  # what came of an article

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    other_id: int = Field(foreign_key="article.id", primary_key=True)
    kind: str  # version: all of the other and much more | issue: same form, other numbers | related
    similarity: float  # the part of the smaller text that both have, 0–1
    own_share: float  # the part of the later text that the other lacks, 0–1


class ArticleTopic(SQLModel, table=True):
    """A topic tag with its evidence."""

    __tablename__ = "article_topic"
    __table_args__ = (Index("ix_article_topic_slug", "slug"),)  # articles of a topic

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    slug: str = Field(primary_key=True)
    score: float
    evidence: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Entity(SQLModel, table=True):
    """A person, body, place, document, platform or event that some article names."""

    __tablename__ = "entity"

    id: str = Field(primary_key=True)
    name: str
    type: str = Field(index=True)  # entities of a type


class ArticleEntity(SQLModel, table=True):
    """An entity tag with its mentions."""

    __tablename__ = "article_entity"
    __table_args__ = (Index("ix_article_entity_entity", "entity_id"),)  # articles of an entity

    article_id: int = Field(foreign_key="article.id", primary_key=True)
    entity_id: str = Field(foreign_key="entity.id", primary_key=True)
    mentions: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Seed(SQLModel, table=True):
    """A text known from the start: its fingerprint and bare facts, mirrored from the seeds file."""

    __tablename__ = "seed"

    id: str = Field(primary_key=True)
    title: str | None = None
    outlet: str | None = None
    date: str | None = None
    url: str | None = None
    content_hash: str
    syllables: int
    shingles: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Subscription(SQLModel, table=True):
    """Who wants to hear of what, when and where. ``position`` is the last event told."""

    __tablename__ = "subscription"

    id: str = Field(primary_key=True)
    kind: str  # mail | webhook | chat
    address: str
    status: str = Field(index=True)  # pending | active | paused | ended
    reason: str | None = None  # why it was paused or ended, where not by its reader
    schedule: str
    timezone: str
    language: str
    filters: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # A webhook's secrets, the newest first; the second signs too, up to old_secret_until.
    secrets: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    old_secret_until: datetime | None = None
    owner: str | None = None  # the mail address that is told when a webhook is disabled
    failing_since: datetime | None = None  # the first failed try since the last that arrived
    quiet_note: bool = False  # a mail when nothing came for a year
    position: int = 0
    period_from: datetime
    due_at: datetime | None = Field(default=None, index=True)  # due_subscriptions
    created_at: datetime
    confirmed_at: datetime | None = None


class Event(SQLModel, table=True):
    """A fact alerts may act on. Ids grow in the order of commits."""

    __tablename__ = "event"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    type: str  # article.published | article.revised | source.silent | .drift | .recovered
    # what was announced of an article
    article_id: int | None = Field(default=None, foreign_key="article.id", index=True)
    source: str | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    created_at: datetime


class Delivery(SQLModel, table=True):
    """One message to one receiver, ready made; its id is the message's id for ever."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "status", "due_at"),  # claim_deliveries
        Index("ix_delivery_made", "subscription_id", "created_at"),  # what a receiver was sent
        Index("ix_delivery_created_at", "created_at"),  # the outbox, newest first
    )

    id: str = Field(primary_key=True)
    subscription_id: str = Field(foreign_key="subscription.id")
    # digest.published | digest.quiet | source.report | article.published | … | confirmation
    type: str
    status: str  # pending | sending | done | retrying | dead
    subject: str = ""
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    first_event: int | None = None
    last_event: int | None = None
    # The articles it tells of: what a subscription was told is kept by article, not by story.
    articles: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime
    due_at: datetime
    claimed_until: datetime | None = None
    claimed_by: str | None = None
    attempts: int = 0
    last_error: str | None = None
    done_at: datetime | None = None


class Attempt(SQLModel, table=True):
    """One try at a delivery, written before the try and completed after it."""

    __tablename__ = "attempt"

    delivery_id: str = Field(foreign_key="delivery.id", primary_key=True)
    number: int = Field(primary_key=True)
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str | None = None  # done | retry | dead; None: the sender died in it
    answer: str | None = None
