"""Compressed answers: what comes out is bounded, and so is how often they may be packed."""

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

from crawler.reasons import UnusableError

MOST_LAYERS = 2
"""Servers pack once, and a proxy before them may do it again; each layer costs us time."""


class UnpackingError(UnusableError):
    """A compressed answer is not what it says, or too much of it."""


class Unpacking(HttpCompressionMiddleware):
    """Scrapy's middleware with a bound on layers, and errors in words."""

    @classmethod
    def unpacked(cls, body: bytes, content_encoding: list[bytes], max_size: int) -> bytes:
        """Undo the values of Content-Encoding; raises UnpackingError."""
        layers, rest = cls._split_encodings(content_encoding)
        if len(layers) > MOST_LAYERS:
            raise UnpackingError(f"packed {len(layers)} times over; allowed: {MOST_LAYERS}")
        if rest and rest != [b"identity"]:
            name = rest[-1].decode("latin-1")[:40]
            raise UnpackingError(f"packed in a way that nobody asked for: {name!r}")
        for layer in layers:
            body = cls._without(layer, body, max_size)
        return body

    @classmethod
    def _without(cls, layer: bytes, body: bytes, max_size: int) -> bytes:
        try:
            return cls._decode(body, layer, max_size)
        except _DecompressionMaxSizeExceeded as error:
            raise UnpackingError(f"unpacked, it is larger than {max_size // 2**20} MiB") from error
        except Exception as error:  # each library has its own, found under other names by version
            raise UnpackingError(f"it is not packed as it says: {layer.decode()}") from error

    def _handle_encoding(
        self, body: bytes, content_encoding: list[bytes], max_size: int
    ) -> tuple[bytes, list[bytes]]:
        return self.unpacked(body, content_encoding, max_size), []
