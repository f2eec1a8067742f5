"""The log: one line an event on stderr, as text or as JSON."""

import json
import logging
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Gives a record as one JSON object, its time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; an exception's trace is a field of it."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


_handler = logging.StreamHandler()


def _formatter(form: str) -> logging.Formatter:
    text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    return JsonLines() if form == "json" else text


def start(level: str, form: str) -> None:
    """Log from now on at a level, as ``text`` or ``json``."""
    _handler.setFormatter(_formatter(form))
    logging.basicConfig(level=level, handlers=[_handler])
    for chatty in ("alembic", "httpx", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # It warns when a look is still going on as the next comes: that is how looks are meant to be.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def change(level: str, form: str) -> None:
    """Log at another level or in another form."""
    logging.getLogger().setLevel(level)
    _handler.setFormatter(_formatter(form))
