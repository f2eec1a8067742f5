"""The log: one line an event on stderr, as text or as JSON, with the run that it belongs to."""

import json
import logging
import re
from datetime import UTC, datetime

from scheduler.log_context import log_fields

# Longer than any message of ours: what outlets and servers answer is in some of them.
LONGEST = 4_000
LONGEST_TRACE = 16_000
HIDDEN = "…"

# Where to find what nobody needs in a log: passwords in addresses, signing secrets, tokens, the
# tokens that links of mails carry, and people's mailboxes; of these the domain stays.
_SECRETS = (
    (re.compile(r"(?<=://)[^\s/@]+@"), f"{HIDDEN}@"),
    (re.compile(r"\bwhsec_[\w+/=-]+"), f"whsec_{HIDDEN}"),
    (re.compile(r"\bBearer\s+\S+", re.IGNORECASE), f"Bearer {HIDDEN}"),
    (re.compile(r"/(confirm|subscription|unsubscribe|push)/[\w.~-]+"), rf"/\1/{HIDDEN}"),
    # Not the ids of mails, which begin with a delivery's.
    (re.compile(r"(?<![\w.+-])(?!dlv-)[\w.+-]+@(?=[\w-]+\.\w)"), f"{HIDDEN}@"),
)


def cleaned(text: str, longest: int = LONGEST) -> str:
    """Give a text without secrets and mailboxes, and no longer than it may be."""
    short = text if len(text) <= longest else f"{text[:longest]}{HIDDEN}"
    for pattern, instead in _SECRETS:
        short = pattern.sub(instead, short)
    return short


class JsonLines(logging.Formatter):
    """Gives a record as one JSON object, its time in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; an exception's trace is a field of it."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": cleaned(record.getMessage()),
            **log_fields(),
        }
        if record.exc_info:
            line["error"] = _trace(self, record)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Gives a record as a line for people; what it belongs to stands at its end."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; an exception's trace follows it."""
        fields = "".join(f" {name}={value!r}" for name, value in log_fields().items())
        # What comes from outside is not to look like a line of ours.
        message = cleaned(record.getMessage()).replace("\r", "\\r").replace("\n", "\\n")
        line = f"{self.formatTime(record)} {record.levelname} {message}{fields}"
        return f"{line}\n{_trace(self, record)}" if record.exc_info else line


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The end of a trace says what went wrong."""
    trace = formatter.formatException(record.exc_info) if record.exc_info else ""
    return cleaned(trace[-LONGEST_TRACE:], LONGEST_TRACE)


_handler = logging.StreamHandler()


def _formatter(form: str) -> logging.Formatter:
    return JsonLines() if form == "json" else TextLines()


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
