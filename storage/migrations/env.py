"""Alembic's entry: run the migrations on the connection it is given."""

from alembic import context
from sqlmodel import SQLModel

import storage.backfill_tables
import storage.runs
import storage.signups
import storage.story_tables
import storage.tables  # noqa: F401

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
