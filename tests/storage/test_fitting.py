"""A filter means the same in SQL over the archive and in memory for one article."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from analysis.judgement import EntityTag, Span, TopicTag
from storage import polling, reading
from storage.filters import Filter
from storage.fitting import facts_of, fits
from storage.tables import Article
from tests.storage.sample import NOW, judged, take

WORDS = ["số", "chuyển đổi", "đèn", "trợ lý ảo", "57-NQ/TW", "AI", "phường", "quận 1", "hóa"]
TOPICS = ["ai", "du-lieu", "y-te-so"]
ENTITIES = {
    "gov-so-y-te": "Sở Y tế TP.HCM",
    "person:nguyen-thi-mai": "Nguyễn Thị Mai",
    "nghi-quyet-57-nq-tw": "Nghị quyết 57-NQ/TW",
}
SPELLINGS = [*ENTITIES, *ENTITIES.values(), "nguyen thi mai", "NQ 57-NQ/TW", "Sở Y tế"]
SOURCES = {"a": ("A", "press"), "b": ("B", "official"), "c": ("C", "english")}
MOMENTS = ["2025-11-27", "28/11/2025", "2025-11-28T10:00+07:00", "2025-12-01"]


@pytest.fixture
def archive(database):
    with database.writing() as session:
        polling.register(session, SOURCES, NOW)
        for number in range(1, 13):
            text = f"{' '.join(WORDS[number % 5 : number % 5 + 4])} bài thứ {number * 7919}."
            entities = list(ENTITIES.items())[: number % 4]
            tags = [EntityTag(id_, name, "person", (Span("x", 0, 1),)) for id_, name in entities]
            topics = [TopicTag(s, s, 0.5, (Span("x", 0, 1),)) for s in TOPICS[number % 3 :]]
            said = judged(text, topics=tuple(topics), entities=tuple(tags), score=number / 12)
            take(
                session,
                number,
                text,
                said,
                source="abc"[number % 3],
                title=f"{WORDS[number % 9]} {number}",
                first_seen_at=NOW + timedelta(hours=number),
            )
        session.get_one(Article, 3).published_at = NOW - timedelta(days=3)
    return database


def _leaf():
    phrase = some.sampled_from([*WORDS, "bài", "thu", "chuyen"])
    quoted = some.one_of(phrase.map('"{}"'.format), phrase.map(lambda p: p.split()[0]))
    return some.one_of(
        quoted,
        quoted.map("title:{}".format),
        some.sampled_from(TOPICS).map("topic:{}".format),
        some.sampled_from(SPELLINGS).map('entity:"{}"'.format),
        some.sampled_from([*SOURCES, "d"]).map("source:{}".format),
        some.sampled_from(["press", "official", "tv"]).map("kind:{}".format),
        some.sampled_from(MOMENTS).map("before:{}".format),
        some.sampled_from(MOMENTS).map("after:{}".format),
    )


def _joined(part):
    return some.one_of(
        some.tuples(part, part).map(lambda p: f"({p[0]} OR {p[1]})"),
        some.tuples(part, part).map(lambda p: f"({p[0]} AND {p[1]})"),
        some.tuples(part, part).map(" ".join),
        part.map("NOT ({})".format),
    )


def _some_of(names):
    return some.lists(some.sampled_from(names), max_size=2, unique=True).map(tuple)


FILTERS = some.builds(
    Filter,
    topics=_some_of(TOPICS),
    entities=_some_of(SPELLINGS),
    sources=_some_of([*SOURCES, "d"]),
    kinds=_some_of(["press", "official"]),
    min_relevance=some.none() | some.integers(0, 12).map(lambda n: n / 12),
    query=some.just("") | some.recursive(_leaf(), _joined, max_leaves=6),
)


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(asked=some.lists(FILTERS, min_size=1, max_size=5))
def test_sql_and_memory_give_the_same_articles(archive, asked):
    ids = range(1, 13)
    with archive.reading() as session:
        facts = list(facts_of(session, ids))
        for wanted in asked:
            in_sql = [tagged.article.id for tagged in reading.matching(session, wanted, ids)]
            assert [one.article_id for one in facts if fits(wanted, one)] == in_sql


def test_name_in_another_spelling_is_the_entity(archive):
    wanted = Filter(query='entity:"nguyen thi mai"')
    with archive.reading() as session:
        assert [f.article_id for f in facts_of(session, range(13)) if fits(wanted, f)] == [
            2, 3, 6, 7, 10, 11
        ]  # fmt: skip


def test_copies_and_off_topic_articles_have_no_facts(archive):
    with archive.writing() as session:
        session.get_one(Article, 2).status = "off_topic"
    with archive.reading() as session:
        assert [one.article_id for one in facts_of(session, (1, 2, 3))] == [1, 3]
