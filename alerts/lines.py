"""Foreign text made fit for one line of a mail: a header, a title, a name."""

import re
import unicodedata

# Controls, and the invisible marks that reorder or hide text; joiners inside words stay.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
# Marks heaped on a letter would be drawn over the lines above; no language needs more than two.
_HEAPED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})"
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def one_line(text: str, limit: int) -> str:
    """Give a text as one visible NFC line of at most ``limit`` characters, cut at a word."""
    # A hostile text may be long: what cannot matter any more is not looked at.
    line = " ".join(_UNSEEN.sub("", text[: limit * 8]).split())
    line = _HEAPED.sub(r"\1", unicodedata.normalize("NFC", line))
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    head = kept.rsplit(" ", 1)[0]
    return (head if len(head) > limit // 2 else kept).rstrip(" ,;:–-") + "…"
