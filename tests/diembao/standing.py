"""How a source stands, put into an archive."""

import json
import sqlite3
from contextlib import closing


def stand(program, source, state, **reason):
    """Say of a source how it stands since the morning of 27 November 2025."""
    with closing(sqlite3.connect(program.data / "diembao.db")) as database, database:
        database.execute(
            "UPDATE source SET state = ?, state_since = '2025-11-27 01:00:00', state_reason = ? "
            "WHERE id = ?",
            (state, json.dumps(reason), source),
        )
