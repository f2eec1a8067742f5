from datetime import timedelta

from storage import runs
from tests.storage.sample import NOW


def test_latest_runs_come_first_with_their_reports(database):
    with database.writing() as session:
        for number in (2, 3, 1):
            started = NOW + timedelta(minutes=number)
            runs.record(session, f"run-{number}", started, 1.5, {"totals": {"new": number}})
    with database.reading() as session:
        latest = runs.latest(session, 2)
    assert [run.id for run in latest] == ["run-3", "run-2"]
    assert latest[0].report == {"totals": {"new": 3}}
