"""Foreign text made fit for one line of a mail: a header, a title, a name."""

import re
import unicodedata

# Controls, and the invisible marks that reorder or hide text; joiners inside words stay.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def one_line(text: str, limit: int) -> str:
    """Give a text as one visible NFC line of at most ``limit`` characters, cut at a word."""
    # A hostile text may be long: what cannot matter any more is not looked at.
    line = " ".join(_UNSEEN.sub("", text[: limit * 8]).split())
    line = unicodedata.normalize("NFC", line)
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    head = kept.rsplit(" ", 1)[0]
    return (head if len(head) > limit // 2 else kept).rstrip(" ,;:–-") + "…"
