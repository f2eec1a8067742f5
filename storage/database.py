"""Opening the archive: engine, migrations, reading and writing transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from messages.catalogue import N_
from storage.dialects import connect_arguments, one_state, one_writer, prepare
from storage.errors import DatabaseError
from storage.waiting import WritingSession, write_waiting

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0017"


@dataclass(frozen=True)
class Database:
    """An open archive; give it a transaction's worth of work at a time."""

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session on one consistent state; nothing it changes is kept."""
        with Session(one_state(self.engine), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are all kept, or, if anything is raised, none of them."""
        engine = self.engine.execution_options(writes=True)
        with WritingSession(engine, expire_on_commit=False) as session, session.begin():
            one_writer(session.connection())
            yield session
            write_waiting(session)

    def check(self) -> None:
        """Raise DatabaseError where it cannot be read or is not at this program's version."""
        try:
            version = _version(self.engine)
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise DatabaseError(
                N_("the database cannot be read: {error}"), error=_first_line(cause)
            ) from error
        if version != HEAD:
            raise DatabaseError(
                N_("database is at version {version}, this program needs {head}"),
                version=version or "none",
                head=HEAD,
            )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(
    url: str, *, migrate: bool = True, tell: Callable[[str, str], None] | None = None
) -> Database:
    """Open the database at a SQLAlchemy address, bringing its tables up to date if asked.

    ``tell`` hears from which version to which before tables that are there are changed: with many
    articles that takes minutes. Raises DatabaseError when it cannot be reached or is not at this
    program's version.
    """
    engine = _engine(url)
    try:
        _bring_to_head(engine, tell, migrate=migrate)
    except DatabaseError:
        engine.dispose()
        raise
    except SQLAlchemyError as error:
        engine.dispose()
        cause = getattr(error, "orig", None) or error
        raise DatabaseError(
            N_("database {database}: {error}"), database=shown(url), error=_first_line(cause)
        ) from error
    return Database(engine)


def _bring_to_head(
    engine: Engine, tell: Callable[[str, str], None] | None, *, migrate: bool
) -> None:
    version = _version(engine)
    if version is not None and version > HEAD:
        raise DatabaseError(
            N_("database is at version {version}, made by a newer program; this one knows {head}"),
            version=version,
            head=HEAD,
        )
    if version == HEAD:
        return
    if not migrate:
        raise DatabaseError(
            N_(
                "database is at version {version}, this program needs {head}: "
                "run 'diembao db upgrade'"
            ),
            version=version or "none",
            head=HEAD,
        )
    if tell is not None and version is not None:
        tell(version, HEAD)
    upgrade(engine)


def _first_line(error: BaseException) -> str:
    return str(error).strip().split("\n", 1)[0]


def shown(url: str) -> str:
    """Give a database address as it may be shown: without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "(not a database address)"


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError(N_("DATABASE_URL is no database address")) from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    elif parsed.drivername != "sqlite":
        raise DatabaseError(
            N_("DATABASE_URL: {drivername} is neither sqlite nor postgresql"),
            drivername=parsed.drivername,
        )
    elif parsed.database:
        try:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(
                N_("database {database}: {error}"), database=shown(url), error=error
            ) from error
    # hide_parameters: article bodies have no place in a log.
    engine = create_engine(
        parsed, connect_args=connect_arguments(parsed.drivername), hide_parameters=True
    )
    prepare(engine)
    return engine


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine) -> None:
    """Bring the tables to this program's version."""
    # Alembic is only needed when there is something to migrate: it is not paid for at every start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        one_writer(connection)  # who comes second finds the work done
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
