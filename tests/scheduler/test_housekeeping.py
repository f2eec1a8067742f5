import threading
from datetime import timedelta

import pytest

from scheduler.housekeeping import BackupPlan, back_up_when_due, forget_old, too_old
from storage import backups, runs
from storage.errors import BackupError
from storage.retention import RULES, limits
from tests.storage.sample import NOW
from tests.storage.test_backups import address_of

HOUR = timedelta(hours=1)
BEFORE = limits(NOW + timedelta(days=91), 90)


@pytest.fixture
def reports(database):
    """Old reports of crawls, more than two batches of them."""
    with database.writing() as session:
        for number in range(RULES["runs"].batch * 2 + 5):
            runs.record(session, f"run-{number:03}", NOW, 1.0, {})
    return database


def test_all_that_is_old_goes_and_is_counted(reports):
    assert too_old(reports, BEFORE)["runs"] == 205
    assert forget_old(reports, BEFORE, rest=lambda _: None)["runs"] == 205
    assert set(too_old(reports, BEFORE).values()) == {0}


def test_others_get_their_turn_between_two_batches(reports):
    """A writer that waits for a batch to end writes before the next one begins."""
    left = []

    def rest(seconds):
        assert 0 < seconds <= 1
        with reports.writing() as session:
            left.append(len(runs.latest(session, 999)))

    forget_old(reports, BEFORE, rest=rest)
    assert left == [105, 5]


def test_retention_ends_when_it_is_to_stop_and_goes_on_at_the_next_run(reports):
    stop = threading.Event()
    gone = forget_old(reports, BEFORE, stopped=stop.is_set, rest=lambda _: stop.set())
    assert gone["runs"] == 100
    assert forget_old(reports, BEFORE, rest=lambda _: None)["runs"] == 105


@pytest.fixture
def plan(sqlite_database, tmp_path):
    return BackupPlan(
        address_of(sqlite_database), tmp_path / "backups", timedelta(hours=24), keep=2
    )


def test_backup_is_due_when_the_newest_is_old_enough(plan):
    assert back_up_when_due(plan, NOW) is not None
    assert back_up_when_due(plan, NOW + 23 * HOUR) is None
    assert back_up_when_due(plan, NOW + 24 * HOUR) is not None
    assert len(list(plan.folder.iterdir())) == 2


def test_backup_of_a_clock_that_was_wrong_holds_up_none(plan):
    back_up_when_due(plan, NOW + timedelta(days=400))
    assert back_up_when_due(plan, NOW) is not None


def test_backup_that_is_stopped_is_made_at_the_next_start(plan):
    assert back_up_when_due(plan, NOW, stopped=lambda: True) is None
    assert backups.newest(plan.folder) is None
    assert back_up_when_due(plan, NOW) is not None


def test_folder_that_cannot_be_written_is_named(plan, tmp_path):
    (tmp_path / "backups").write_text("a file")
    with pytest.raises(BackupError, match="backups: "):
        back_up_when_due(plan, NOW)
