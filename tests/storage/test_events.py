from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from storage import articles, events
from storage.dialects import one_writer
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, take


def test_events_past_a_position_come_oldest_first_and_bounded(database):
    with database.writing() as session:
        for _ in range(4):
            events.publish(session, "source.silent", NOW, data={"source": "a"})
        assert [event.id for event in events.after(session, 1, 2)] == [2, 3]
        assert events.after(session, 4, 9) == []
        assert events.last_id(session) == 4


def test_last_id_of_no_events_is_zero(database):
    with database.reading() as session:
        assert (events.last_id(session), events.before_date(session, NOW)) == (0, 0)


def test_position_before_a_date_lets_all_since_be_heard(database):
    with database.writing() as session:
        for hours in (0, 1, 2):
            events.publish(session, "source.silent", NOW + timedelta(hours=hours))
        position = events.before_date(session, NOW + timedelta(hours=1))
        assert [event.id for event in events.after(session, position, 9)] == [2, 3]


def test_event_names_its_article_and_source(database):
    with database.writing() as session:
        taken = take(session, 1, DATA_LAKE)
        event = events.after(session, 0, 1)[0]
        article = articles.get(session, taken.article_id)
    assert (event.article_id, event.source) == (article.id, "bennghemoi")
    assert (event.type, event.created_at) == ("article.published", NOW)


def test_events_of_one_transaction_keep_their_order(database):
    with database.writing() as session:
        for number, text in enumerate((DATA_LAKE, FLOOD, "Bài thứ ba.")):
            take(session, number, text)
        assert [event.article_id for event in events.after(session, 0, 9)] == [1, 2, 3]


@pytest.fixture
def raw_writers(postgresql_database):
    """Two connections past the program, as of somebody at the database's own prompt."""
    with postgresql_database.engine.connect() as slow, postgresql_database.engine.connect() as fast:
        yield slow, fast


def write_raw(connection):
    statement = "INSERT INTO event (type, data, created_at) VALUES ('source.silent', '{}', now())"
    return connection.execute(text(f"{statement} RETURNING id")).scalar_one()


def committed(database):
    with database.reading() as session:
        return [event.id for event in events.after(session, 0, 9)]


def waits(connection, work):
    """Do something that has to wait for somebody else; gives whether it did."""
    connection.execute(text("SET LOCAL lock_timeout = '50ms'"))
    with pytest.raises(OperationalError, match="lock timeout"):
        work(connection)
    connection.rollback()
    return True


def test_a_fast_writer_waits_for_a_slow_one_that_took_its_id_first(
    raw_writers, postgresql_database
):
    slow, fast = raw_writers
    assert write_raw(slow) == 1
    assert waits(fast, write_raw)
    slow.commit()
    later = write_raw(fast)
    fast.commit()
    assert committed(postgresql_database) == [1, later]


def test_an_id_is_given_out_only_to_the_writer_whose_turn_it_is(raw_writers, postgresql_database):
    slow, fast = raw_writers
    write_raw(slow)
    assert waits(fast, write_raw)
    with postgresql_database.engine.connect() as connection:
        given = connection.execute(text("SELECT last_value FROM event_id_seq")).scalar()
    slow.rollback()
    assert given == 1


def test_nobody_moves_a_position_past_an_event_that_is_still_being_written(
    raw_writers, postgresql_database
):
    slow, fast = raw_writers
    write_raw(slow)
    assert waits(fast, one_writer)
    slow.commit()
    with postgresql_database.writing() as session:
        assert [event.id for event in events.after(session, 0, 9)] == [1]
