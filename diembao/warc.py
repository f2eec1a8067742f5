"""Snapshots as a WARC file, the archives' own format (ISO 28500), for other programs to read."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from diembao import __version__
from diembao.failures import UsageError, said
from messages.catalogue import _
from storage.snapshots import Leaf, unpack
from storage.tables import Snapshot

# Such a header would end the line and begin another.
_LINE_ENDS = str.maketrans("", "", "\r\n")


def write_warc(path: Path, snapshots: Iterable[Snapshot]) -> int:
    """Write each page of the snapshots as a response; gives their number.

    The file appears when it is whole. Raises UsageError without the extra ``warc``.
    """
    try:
        from warcio.warcwriter import WARCWriter  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise UsageError(_("--warc needs the extra 'warc': pip install diembao[warc]")) from error
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("wb") as file:
            writer = WARCWriter(file, gzip=path.suffix == ".gz")
            about = {"software": f"diembao/{__version__}", "format": "WARC File Format 1.0"}
            writer.write_record(writer.create_warcinfo_record(path.name, about))
            count = sum(_write(writer, snapshot) for snapshot in snapshots)
        unfinished.replace(path)
    except OSError as error:
        raise UsageError(f"{path}: {said(error)}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _write(writer: Any, snapshot: Snapshot) -> int:
    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 - an optional extra

    # Of an article's further pages only the bodies are known: without an address, no record.
    leaves: dict[str, Leaf] = {}
    for leaf in unpack(snapshot.page):
        leaves.setdefault(leaf.url, leaf)
    for leaf in leaves.values():
        # The body is kept as it was when unpacked: a Content-Encoding would not be true any more.
        headers = [
            ("Content-Type", leaf.content_type.translate(_LINE_ENDS)),
            ("Content-Length", str(len(leaf.body))),
        ]
        record = writer.create_warc_record(
            leaf.url,
            "response",
            payload=BytesIO(leaf.body),
            length=len(leaf.body),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": f"{snapshot.fetched_at:%Y-%m-%dT%H:%M:%SZ}"},
        )
        writer.write_record(record)
    return len(leaves)
