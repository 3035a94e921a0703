"""A bundle's bytes to the domain, in slices, trusting nothing: bundles come from a store that somebody may write to."""

from collections.abc import Generator, Iterator

import msgspec
import orjson

from app.bundle.assembly import Assembly
from app.bundle.record import (
    BUNDLE_LIMIT,
    FORMAT,
    LINE_LIMIT,
    LINE_MARKS,
    LINE_MARKS_LIMIT,
    Header,
    Record,
    RegionRecord,
)
from app.bundle.refusal import BundleError
from app.domain.bundle import Bundle
from app.domain.cooperative import finish
from app.domain.message import TemplateError


def decode(data: bytes) -> Generator[None, None, Bundle]:
    """Pauses after every line, and within long ones; returns the Bundle.

    Raises BundleError, with the line's number, for an unknown format, for anything that would make an alert empty or
    wrong, and for anything that would stop an event loop for over two milliseconds.
    """
    if len(data) > BUNDLE_LIMIT:
        raise BundleError(f"{len(data):,} bytes; the largest bundle has {BUNDLE_LIMIT:,}")
    assembly = Assembly()
    for number, line in enumerate(_lines(data), start=1):
        try:
            yield from assembly.add(_record(line))
        except (BundleError, TemplateError) as error:
            raise BundleError(f"line {number}: {error}") from None
        yield
    yield from assembly.close()
    return assembly.bundle()


def decode_all(data: bytes) -> Bundle:
    """Decodes without pausing, for callers that have no event loop."""
    return finish(decode(data))


def preamble(data: bytes) -> Iterator[Header | RegionRecord]:
    """What a bundle says before its texts: the facts in words, the regions and their contacts.

    Raises BundleError.
    """
    for line in _lines(data):
        record = _record(line)
        if not isinstance(record, Header | RegionRecord):
            return
        yield record


def _lines(data: bytes) -> Iterator[bytes]:
    """One by one: splitting ten megabytes in one go would hold the event loop."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start, start + LINE_LIMIT)
        if end < 0:
            raise BundleError(f"no line end within {LINE_LIMIT:,} bytes of byte {start:,}: cut off, or no bundle")
        yield data[start:end]
        start = end + 1


def _record(line: bytes) -> Record:
    # No shorter line has that many.
    if len(line) > LINE_MARKS_LIMIT and len(line) - len(line.translate(None, LINE_MARKS)) > LINE_MARKS_LIMIT:
        raise BundleError(f"more than {LINE_MARKS_LIMIT:,} entries and separators in one line")
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BundleError(f"not JSON: {error}") from None
    if isinstance(data, dict) and data.get("kind") == "header" and data.get("format") != FORMAT:
        raise BundleError(f"a bundle of format {data.get('format')!r}; this version of Forewarn reads format {FORMAT}")
    try:
        return msgspec.convert(data, Record)  # type: ignore[no-any-return]  # it takes any type
    except msgspec.ValidationError as error:
        raise BundleError(str(error)) from None
