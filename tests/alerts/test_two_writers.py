"""Articles that are stored by several writers at once, some slow, while digests are made."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from tests.alerts.archive import prepared, webhook
from tests.storage.sample import DATA_LAKE, FLOOD, NOW, TWIN_CITY, take


def store(database, number, body, begun=None, finish=None):
    with database.writing() as session:
        take(session, number, body)
        if begun:
            begun.set()
        if finish:
            assert finish.wait(30)


def articles_of(deliveries):
    return [article for delivery in deliveries for article in delivery.articles]


def test_what_a_slow_and_a_fast_writer_store_is_told_once_each(database):
    webhook(database)
    begun, finish = threading.Event(), threading.Event()
    with ThreadPoolExecutor(3) as others:
        slow = others.submit(store, database, 1, DATA_LAKE, begun, finish)
        assert begun.wait(30)
        fast = others.submit(store, database, 2, FLOOD)
        between = others.submit(prepared, database)
        finish.set()
        slow.result()
        fast.result()
        told = articles_of(between.result())
    assert sorted(told + articles_of(prepared(database))) == [1, 2]
    assert prepared(database) == []


def test_a_writer_past_the_program_is_waited_for(postgresql_database):
    database = postgresql_database
    webhook(database)
    for number, body in enumerate((DATA_LAKE, TWIN_CITY), start=1):
        store(database, number, body)
    assert articles_of(prepared(database)) == [1, 2]
    with database.engine.connect() as raw, ThreadPoolExecutor(2) as others:
        again = "INSERT INTO event (type, article_id, data, created_at) VALUES"
        raw.execute(text(f"{again} ('article.revised', 1, '{{}}', :now)"), {"now": NOW})
        fast = others.submit(store, database, 3, FLOOD)
        between = others.submit(prepared, database)
        raw.commit()
        fast.result()
        told = articles_of(between.result())
    assert sorted(told + articles_of(prepared(database))) == [1, 3]
