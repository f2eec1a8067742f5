"""The pages that articles were read from, packed, so that they can be read anew.

A snapshot is a zstd frame around a list of leaves: an article over several pages has several.
Each leaf is address, content type and body, each with its length (four bytes, big-endian) before.
"""

import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.dialects import insert_or_replace
from storage.errors import SnapshotError
from storage.tables import Article, Snapshot
from storage.waiting import later

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# On nine article pages of four outlets (150 kB on average) level 3 left 30 kB in 0.6 ms of CPU,
# level 6 28 kB in 2.2 ms, level 19 26 kB in 81 ms.
LEVEL = 3
MOST_BYTES = 128 * 1024 * 1024  # when unpacked
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page as it came: ``content_type`` is the raw header."""

    url: str
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """Leaves ready to be stored: ``size`` is that of their bodies."""

    url: str
    content_type: str
    fetched_at: datetime
    size: int
    page: bytes


_COLUMNS = [field.name for field in fields(Packed)]


def pack(leaves: Sequence[Leaf], fetched_at: datetime) -> Packed:
    """Pack one page or several; the first one's address and type stand for all."""
    pieces = [
        piece
        for leaf in leaves
        for part in (leaf.url.encode(), leaf.content_type.encode(), leaf.body)
        for piece in (_LENGTH.pack(len(part)), part)
    ]
    return Packed(
        url=leaves[0].url,
        content_type=leaves[0].content_type,
        fetched_at=fetched_at,
        size=sum(len(leaf.body) for leaf in leaves),
        page=zstd.compress(b"".join(pieces), LEVEL),
    )


def unpack(page: bytes) -> list[Leaf]:
    """Give the leaves of a snapshot; raises SnapshotError where it is damaged."""
    try:
        opened = zstd.ZstdDecompressor()
        content = opened.decompress(page, MOST_BYTES)
        if not opened.eof:
            raise SnapshotError("snapshot is cut off or too large")
        parts = list(_parts(content))
        return [
            Leaf(parts[n].decode(), parts[n + 1].decode(), parts[n + 2])
            for n in range(0, len(parts), 3)
        ]
    except (zstd.ZstdError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise SnapshotError(f"snapshot is damaged: {error}") from error


def _parts(content: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        (length,) = _LENGTH.unpack_from(content, place)
        place += _LENGTH.size
        if place + length > len(content):
            raise SnapshotError("snapshot is damaged: a part is longer than what is there")
        yield content[place : place + length]
        place += length


def keep(session: Session, article_id: int, packed: Packed | None) -> None:
    """Keep the page an article was last read from; None: drop the one it is no longer read from."""
    if packed is None:
        session.exec(delete(Snapshot).where(col(Snapshot.article_id) == article_id))
    else:
        row = {name: getattr(packed, name) for name in _COLUMNS}
        later(session, insert_or_replace(session, Snapshot), {"article_id": article_id, **row})


def of_articles(session: Session, ids: Iterable[int]) -> Iterator[Snapshot]:
    """Give the snapshots of those articles that have one, one at a time."""
    for article_id in ids:
        row = session.get(Snapshot, article_id)
        if row is not None:
            yield row
            session.expunge(row)


def kept_at(session: Session, canonical_url: str) -> tuple[Article, Snapshot] | None:
    """Give the article of an address with its snapshot, if it has one."""
    query = select(Article, Snapshot).join(Snapshot, col(Snapshot.article_id) == col(Article.id))
    return session.exec(query.where(Article.canonical_url == canonical_url)).first()
