"""Rows that wait are written together, and nobody who looks finds them missing."""

import pytest
from sqlalchemy import event, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from storage.tables import Entity, Event
from storage.waiting import later
from tests.storage.sample import DATA_LAKE, ENTITY, FLOOD, NOW, TOPIC, judged, take

INSERT = insert(Entity)


def entity(name):
    return {"id": name, "name": name, "type": "event"}


@pytest.fixture
def statements(database):
    seen = []

    def note(_connection, _cursor, statement, _parameters, _context, many):
        seen.append((statement.split(" (")[0], many))

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def test_rows_that_wait_are_written_with_the_transaction(database):
    with database.writing() as session:
        later(session, INSERT, entity("hội-thảo"))
    with database.reading() as session:
        assert session.get(Entity, "hội-thảo") is not None


def test_rows_of_one_statement_are_written_at_once(database, statements):
    with database.writing() as session:
        for name in ("hội-thảo", "tuần-lễ"):
            later(session, INSERT, entity(name))
    assert [found for found in statements if "entity" in found[0]] == [("INSERT INTO entity", True)]


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(lambda session: session.get(Entity, "hội-thảo"), id="by-key"),
        pytest.param(lambda session: session.exec(select(Entity)).first(), id="by-query"),
    ],
)
def test_session_sees_what_waits(database, look):
    with database.writing() as session:
        later(session, INSERT, entity("hội-thảo"))
        assert look(session).name == "hội-thảo"


def test_nothing_that_waits_is_kept_of_a_transaction_that_fails(database):
    with pytest.raises(IntegrityError), database.writing() as session:
        later(session, INSERT, entity("hội-thảo"), entity("hội-thảo"))
    with database.reading() as session:
        assert session.exec(select(Entity)).all() == []


def test_rows_of_articles_that_are_stored_together_are_written_at_once(database, statements):
    judgement = judged(DATA_LAKE, topics=(TOPIC,), entities=(ENTITY,))
    other = judged(FLOOD, topics=(TOPIC,), entities=(ENTITY,))
    with database.writing() as session:
        take(session, 1, DATA_LAKE, judgement)
        take(session, 2, FLOOD, other)
    written = [name for name, _ in statements]
    assert written.count("INSERT INTO article_entity") == 1
    assert written.count("INSERT INTO shingle") == 1
    with database.reading() as session:
        assert all(found.created_at == NOW for found in session.exec(select(Event)))


def test_step_that_is_taken_back_takes_its_waiting_rows_with_it_and_no_others(database):
    with database.writing() as session:
        later(session, INSERT, entity("hội-thảo"))
        with session.begin_nested() as step:
            later(session, INSERT, entity("tuần-lễ"))
            step.rollback()
        later(session, INSERT, entity("ngày-hội"))
    with database.reading() as session:
        assert set(session.exec(select(Entity.id))) == {"hội-thảo", "ngày-hội"}
