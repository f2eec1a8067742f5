from zoneinfo import ZoneInfo

from sqlalchemy import text

from storage.database import HEAD
from tests.web.conftest import SENDER, browser
from web.app import make_app
from web.site import Inside, Site


async def asked(database, clock, path, stuck=()):
    inside = Inside(stuck=lambda: stuck)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    async with browser(make_app(Site(database, SENDER, clock, zone, "vi", inside=inside))) as web:
        answer = await web.get(path)
    return answer.status_code, answer.json()


async def test_process_that_can_work_is_ready(database, clock):
    assert await asked(database, clock, "/readyz") == (200, {"status": "ok"})


async def test_database_of_another_version_is_not_ready(sqlite_database, clock):
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    code, answer = await asked(sqlite_database, clock, "/readyz")
    assert (code, answer["status"]) == (503, "not ready")
    assert answer["reasons"] == [f"database is at version 0001, this program needs {HEAD}"]


async def test_database_that_is_gone_is_not_ready_but_the_process_lives(
    sqlite_database, clock, tmp_path
):
    sqlite_database.close()
    (tmp_path / "diembao.db").write_bytes(b"no database at all" * 400)
    code, answer = await asked(sqlite_database, clock, "/readyz")
    assert code == 503
    assert answer["reasons"] == ["the database cannot be read: file is not a database"]
    assert await asked(sqlite_database, clock, "/healthz") == (200, {"status": "ok"})


async def test_schedule_that_stands_still_is_not_ready(database, clock):
    code, answer = await asked(database, clock, "/readyz", ["the schedule stands still"])
    assert (code, answer["reasons"]) == (503, ["the schedule stands still"])
