"""Plain text set in lines, for the text part of a mail."""

WIDTH = 76
"""Longest line, in characters; links stay whole."""

_WEB = ("https://", "http://")


def wrap(text: str, indent: int = 0, first: str | None = None) -> str:
    """Set one paragraph in lines, ``first`` in front of the first; only a longer word is broken.

    textwrap does the same at four times the cost, which was most of a digest's.
    """
    margin = " " * indent
    lines: list[str] = []
    line = margin if first is None else first
    room = WIDTH - len(line)
    for word in _fitting(text, WIDTH - max(indent, len(line))):
        if len(word) > room and line.strip() and line != first:
            lines.append(line.rstrip())
            line, room = margin, WIDTH - indent
        line += f"{word} "
        room -= len(word) + 1
    return "\n".join([*lines, line.rstrip()])


def _fitting(text: str, room: int) -> list[str]:
    """Give the words of a text; what is longer than a line and no link is cut in pieces."""
    return [
        word[at : at + room]
        for word in text.split()
        for at in range(0, len(word), len(word) if word.startswith(_WEB) else room)
    ]
