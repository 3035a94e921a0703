"""A bundle's bytes to the domain, in slices, trusting nothing: bundles come from a store that somebody may write to."""

from collections.abc import Generator, Iterator

import orjson

from app.authoring.shape import fit
from app.bundle.assembly import Assembly
from app.bundle.record import KINDS, LINE_LIMIT, Header, Record, RegionRecord
from app.bundle.refusal import BundleError, refuse_first
from app.domain.bundle import Bundle


def decode(data: bytes) -> Generator[None, None, Bundle]:
    """Pauses after every line, and within long ones; returns the Bundle.

    Raises BundleError, with the line's number, for whatever could make an alert wrong or is no bundle at all.
    """
    assembly = Assembly()
    for number, line in enumerate(_lines(data), start=1):
        try:
            yield from assembly.add(_record(line))
        except BundleError as error:
            raise BundleError(f"line {number}: {error}") from None
        yield
    yield from assembly.close()
    return assembly.bundle()


def decode_all(data: bytes) -> Bundle:
    """Decodes in one go, for whoever has no event loop to keep turning."""
    decoding = decode(data)
    while True:
        try:
            next(decoding)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # StopIteration.value is Any


def preamble(data: bytes) -> Iterator[Header | RegionRecord]:
    """What a bundle says before its texts: the facts in words, and all that is known of the regions and their contacts.

    Raises BundleError.
    """
    for line in _lines(data):
        record = _record(line)
        if not isinstance(record, Header | RegionRecord):
            return
        yield record


def _lines(data: bytes) -> Iterator[bytes]:
    """One after the other: cutting ten megabytes at once would hold the event loop."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start, start + LINE_LIMIT)
        if end < 0:
            raise BundleError(f"no line end within {LINE_LIMIT:,} bytes of byte {start:,}: cut off, or no bundle")
        yield data[start:end]
        start = end + 1


def _record(line: bytes) -> Record:
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BundleError(f"not JSON: {error}") from None
    kind = data.get("kind") if isinstance(data, dict) else None
    form = KINDS.get(kind) if isinstance(kind, str) else None
    if form is None:
        raise BundleError(f"not a record that this version knows; expected one of {', '.join(KINDS)}")
    record, findings = fit(form, data)
    refuse_first(findings)
    if record is None:
        raise BundleError("a record that does not fit its form")
    return record
