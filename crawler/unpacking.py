"""Compressed answers: what comes out is bounded, and so is how often they may be packed."""

import zlib
from collections.abc import Callable, Sequence

from scrapy.utils._compression import (
    _DecompressionMaxSizeExceeded,
    _inflate,
    _unbrotli,
    _unzstd,
)
from scrapy.utils.gz import gunzip

from crawler.reasons import UnusableError

ACCEPTED = "gzip, deflate, br, zstd"
MOST_LAYERS = 2
"""Servers pack once, and a proxy before them may do it again; each layer costs us time."""


class UnpackingError(UnusableError):
    """A compressed answer is not what it says, or too much of it."""


def unpacked(body: bytes, content_encoding: Sequence[bytes], max_size: int) -> bytes:
    """Undo the values of Content-Encoding; raises UnpackingError."""
    layers = [
        name
        for value in content_encoding
        for part in value.split(b",")
        if (name := part.strip().lower()) != b"identity"
    ]
    strange = [name for name in layers if name not in _WAYS]
    if strange:
        named = strange[-1].decode("latin-1")[:40]
        raise UnpackingError(f"packed in a way that nobody asked for: {named!r}")
    if len(layers) > MOST_LAYERS:
        raise UnpackingError(f"packed {len(layers)} times over; allowed: {MOST_LAYERS}")
    for layer in reversed(layers):
        body = _without(layer, body, max_size)
    return body


def _without(layer: bytes, body: bytes, max_size: int) -> bytes:
    try:
        return _WAYS[layer](body, max_size=max_size)
    except _DecompressionMaxSizeExceeded as error:
        raise UnpackingError(f"unpacked, it is larger than {max_size // 2**20} MiB") from error
    except Exception as error:  # each library has its own, found under other names by version
        raise UnpackingError(f"it is not packed as it says: {layer.decode()}") from error


def _gunzip(body: bytes, *, max_size: int) -> bytes:
    """Unpack what is whole and in one piece at once; Scrapy's way, in steps, takes the rest."""
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        whole = unzip.decompress(body, max_size + 1)
    except zlib.error:
        whole = b""
    if len(whole) > max_size:
        raise _DecompressionMaxSizeExceeded(len(whole), max_size)
    return whole if unzip.eof and not unzip.unused_data else gunzip(body, max_size=max_size)


_WAYS: dict[bytes, Callable[..., bytes]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
