"""What is asked all day is answered through an index, however large the archive has become."""

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage import polling
from storage.dialects import _HAVING, _LENGTH, _TOLD_WITH
from storage.filters import Filter, condition
from storage.tables import Article
from storage.waiting import write_waiting
from tests.storage.plans import explained, recorded
from tests.storage.questions import HOT, OTHERS, Sample
from tests.storage.sample import DATA_LAKE, ENTITY, NOW, TOPIC, judged, take
from tests.storage.test_outbox import delivery, subscription

# They grow with every article, poll or reader; the others are as long as the catalogue.
GROWING = {
    "article", "article_entity", "article_topic", "attempt", "candidate", "delivery", "event",
    "related", "revision", "shingle", "snapshot", "source_day", "story", "story_change",
    "story_fact", "story_word",
}  # fmt: skip


@pytest.fixture
def given(database):
    with database.writing() as session:
        polling.register(session, {"bennghemoi": ("Bến Nghé Mới", "press")}, NOW)
        for number in (1, 2):
            told = judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,))
            stored = take(session, number, DATA_LAKE, told)
        session.add(subscription("sub-1"))
        session.flush()
        session.add(delivery(1))
    return Sample(
        now=NOW, source="bennghemoi", sources=["bennghemoi"], article=stored.article_id,
        address="https://bennghemoi.example/bai-post1.html", key="bennghemoi:1",
        subscription="sub-1", delivery="dlv-1", event=1, topic="du-lieu",
        entity="org-so-khcn", common="kho dữ liệu", rare="bản sao số", hashes=(16, 32, 48),
    )  # fmt: skip


def plans(database, given, question, dear=("seqscan", "indexscan", "indexonlyscan")):
    """Give the statements of a question with their plans, PostgreSQL's as of a large archive.

    The tables are small, so ways are closed that are too ``dear`` in large ones. What is left by
    default finds rows by a condition on an index, in no order.
    """
    with database.reading() as session:
        if session.connection().dialect.name == "postgresql":
            for way in dear:
                session.execute(text(f"SET LOCAL enable_{way} = off"))
        with recorded(database.engine) as statements:
            question(session, given)
            write_waiting(session)
            session.flush()
        return [
            (statement, explained(session, statement, values))
            for statement, values in statements
            if not statement.lstrip().startswith(("INSERT", "SET"))
        ]


def steps(plan):
    """Give the steps of a plan of PostgreSQL, from the outermost in."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from steps(part)


def read_whole(statement, plan):
    """Give the tables that a plan reads from end to end, by row or by index."""
    words = " ".join(statement.split())
    if " WHERE " not in words or FIRST_POLLED in words:
        return set()  # the first or last row by key
    if isinstance(plan[0], str):
        lines = [line.split() for line in plan if line.startswith(("SCAN ", "SEARCH "))]
        return {step[1] for step in lines if step[0] == "SCAN" or "USING" not in step} & GROWING
    return {
        step["Relation Name"]
        for step in steps(plan[0]["Plan"])
        if step.get("Relation Name") in GROWING
        and step["Node Type"] != "ModifyTable"
        and not CONDITIONS & step.keys()
    }


LISTS = (
    "articles list",
    "articles list --source",
    "deliveries list",
    "runs",
    "stories list",
)
FIRST_POLLED = "WHERE article.backfill_id IS NULL ORDER BY article.id"
CONDITIONS = {"Index Cond", "Recheck Cond", "TID Cond"}


def is_sorted_anew(plan):
    if isinstance(plan[0], str):
        return any("TEMP B-TREE FOR ORDER BY" in line for line in plan)
    return any(step["Node Type"] == "Sort" for step in steps(plan[0]["Plan"]))


@pytest.mark.parametrize("name", HOT)
def test_what_is_asked_all_day_reads_no_growing_table_whole(database, given, name):
    asked = plans(database, given, HOT[name])
    assert [(each, whole) for each in asked if (whole := read_whole(*each))] == []


@pytest.mark.parametrize("statement", [_HAVING, _LENGTH, _TOLD_WITH])
def test_what_is_asked_past_the_session_goes_through_a_key(sqlite_database, statement):
    with sqlite_database.reading() as session:
        plan = explained(session, statement, (0,) * statement.count("?"))
    assert read_whole(statement, plan) == set()


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_read_in_their_order_and_no_further_than_asked(database, given, name):
    (_, plan), *_ = plans(database, given, OTHERS[name], dear=("seqscan", "sort"))
    assert not is_sorted_anew(plan)


def test_postgresql_expects_words_to_be_common_and_so_begins_with_the_newest(postgresql_database):
    with postgresql_database.writing() as session:
        take(session, 0, DATA_LAKE)
        session.execute(text(ALIKE))
        session.execute(text("ANALYZE article"))
        with recorded(postgresql_database.engine) as statements:
            session.exec(select(Article.id).where(condition(Filter(query='"kho dữ liệu"'))))
        (plan,) = explained(session, *statements[-1])
    assert plan["Plan"]["Plan Rows"] > 100


ALIKE = """
INSERT INTO article SELECT (jsonb_populate_record(
    article, jsonb_build_object('id', n, 'canonical_url', n::text)
)).* FROM article, generate_series(2, 400) AS n
"""
RARE = ("articles list --topic", "articles list --entity", "articles search, rare words")


@pytest.mark.parametrize("name", RARE)
def test_tags_and_words_are_found_by_what_is_asked_for(database, given, name):
    asked = plans(database, given, OTHERS[name])
    assert [(each, whole) for each in asked if (whole := read_whole(*each))] == []
