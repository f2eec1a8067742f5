"""The archive: tables, migrations and every query."""
