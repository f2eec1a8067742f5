"""What every room's tests may ask for: a clean environment, a clock, an archive on each database.

PostgreSQL is the one that comes with the development packages; DIEMBAO_TEST_DATABASE_URL names
another server, on which a database of its own is made and dropped.
"""

import os
import secrets
import shutil
from contextlib import ExitStack, contextmanager

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from storage.database import open_database
from tests.clock import Clock
from tests.servers import postgresql as postgresql_server

OTHER_SERVER = os.environ.get("DIEMBAO_TEST_DATABASE_URL")
KINDS = ["sqlite", "postgresql"]
if not (OTHER_SERVER or postgresql_server.available()):
    KINDS.remove("postgresql")


# The same examples every time, at any speed; others are looked for by --hypothesis-profile=search.
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **UNHURRIED)
settings.register_profile("search", max_examples=2_000, **UNHURRIED)
settings.load_profile("same")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("DIEMBAO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=KINDS)
def database(request):
    """An empty, migrated archive, on each kind of database."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "diembao.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_database(_migrated_file, tmp_path):
    path = tmp_path / "diembao.db"
    shutil.copy(_migrated_file, path)
    opened = open_database(f"sqlite:///{path}", migrate=False)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def postgresql_address():
    """The address of a PostgreSQL server on which databases may be made."""
    with ExitStack() as stack:
        yield OTHER_SERVER or stack.enter_context(postgresql_server.server())


@pytest.fixture(params=KINDS)
def new_address(request, tmp_path):
    """The address of an archive that is yet to be made, on each kind of database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'diembao.db'}"
        return
    with new_database(request.getfixturevalue("postgresql_address")) as address:
        yield address


@pytest.fixture(scope="session")
def _migrated_postgresql(postgresql_address):
    with new_database(postgresql_address) as address:
        opened = open_database(address)
        yield opened
        opened.close()


@pytest.fixture
def postgresql_database(_migrated_postgresql):
    yield _migrated_postgresql
    # TRUNCATE takes five times as long on tables that hold next to nothing.
    with _migrated_postgresql.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())
        for name in inspect(connection).get_sequence_names():
            connection.execute(text(f"ALTER SEQUENCE {name} RESTART"))


@contextmanager
def new_database(server):
    name = f"diembao_test_{secrets.token_hex(4)}"
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
