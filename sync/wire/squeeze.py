"""gzip with a limit on what comes out: a small body must not grow into a large memory."""

import zlib
from gzip import compress

from sync.wire.signed import Malformed


class TooLarge(ValueError):
    """The unpacked body would pass the limit. The sender halves its batch."""


def gzip(data: bytes) -> bytes:
    """Level 6 and no time stamp: the same batch gives the same bytes."""
    return compress(data, 6, mtime=0)


def gunzip(data: bytes, limit: int) -> bytes:
    """The unpacked bytes, at most `limit` of them."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, limit + 1)
    except zlib.error as error:
        raise Malformed("the body is not gzip") from error
    if len(plain) > limit:
        raise TooLarge(f"more than {limit} bytes when unpacked")
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed("the gzip body is cut short or has something behind it")
    return plain
