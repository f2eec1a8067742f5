from datetime import timedelta

from sqlmodel import select

from diembao.housekeeping import housekeeping
from diembao.settings import Settings
from scheduler.jobs import RULES
from storage import backups
from storage.tables import Article
from storage.turns import turn
from tests.storage.sample import FLOOD, NOW, judged, take


class Desk:
    """As much of a desk as housekeeping needs."""

    def __init__(self, database):
        self.database = database
        self.now = NOW

    def clock(self):
        return self.now


def test_every_job_has_its_rule(sqlite_database):
    jobs = housekeeping(Settings, Desk(sqlite_database), lambda: False)
    assert set(jobs) == {"retention", "backup"} <= set(RULES)


def test_texts_go_by_the_days_that_are_set_at_the_time(sqlite_database):
    with sqlite_database.writing() as session:
        take(session, 1, FLOOD, judged(FLOOD, relevant=False))
    desk, days = Desk(sqlite_database), [90]
    jobs = housekeeping(lambda: Settings(retention_days=days[0]), desk, lambda: False)
    desk.now = NOW + timedelta(days=31)
    texts = []
    for days[0] in (90, 30):
        jobs["retention"]()
        with sqlite_database.reading() as session:
            texts.append(session.exec(select(Article.text)).one())
    assert texts == [FLOOD, ""]


def test_backups_are_made_where_a_folder_is_set(sqlite_database, tmp_path):
    folder = tmp_path / "backups"
    url = f"sqlite:///{sqlite_database.engine.url.database}"
    for settings in (
        Settings(database_url=url),
        Settings(database_url=url, backup_dir=folder, backup_hours=1),
    ):
        housekeeping(lambda now=settings: now, Desk(sqlite_database), lambda: False)["backup"]()
    assert backups.newest(folder) == NOW


def test_one_daemon_of_a_fleet_keeps_house_at_a_time(postgresql_database, tmp_path):
    with postgresql_database.writing() as session:
        take(session, 1, FLOOD, judged(FLOOD, relevant=False))
    url = postgresql_database.engine.url.set(drivername="postgresql")
    settings = Settings(
        database_url=url.render_as_string(hide_password=False),
        backup_dir=tmp_path,
        retention_days=1,
    )
    desk = Desk(postgresql_database)
    desk.now = NOW + timedelta(days=2)
    jobs = housekeeping(lambda: settings, desk, lambda: False)

    def kept():
        with postgresql_database.reading() as session:
            return session.exec(select(Article.text)).one() == FLOOD, backups.newest(tmp_path)

    with turn(postgresql_database, "retention"), turn(postgresql_database, "backup"):
        jobs["retention"](), jobs["backup"]()
        assert kept() == (True, None)
    jobs["retention"](), jobs["backup"]()
    assert kept() == (False, desk.now)
