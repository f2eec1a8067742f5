"""What ``diembao doctor`` finds: one thing looked at, how it stands, and what to do about it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """``bad`` is broken, ``note`` deserves a look; ``mend`` says what to do."""

    what: str
    state: Literal["ok", "note", "bad"]
    says: str
    mend: str = ""
