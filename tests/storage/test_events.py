from datetime import timedelta

from storage import articles, events
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
