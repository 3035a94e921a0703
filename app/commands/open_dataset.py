"""The dataset and the stream, opened for `console`, `report` and `sql`."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.dataset.dataset_errors import DatasetError, reason_of
from app.dataset.dataset_url import SETTING, store_of
from app.dataset.recorded_events import DataSource, RecordedEvents
from app.storage.event_stream import EventStream
from app.storage.redis_client import connect_sync

log = logging.getLogger(__name__)

CACHE = "console"


@contextmanager
def data_source(dataset: str, redis_url: str | None, state_dir: Path) -> Iterator[DataSource]:
    """The dataset and, with a Redis, the events that are not in it yet. Raises ForewarnError."""
    with ExitStack() as closing:
        client = closing.enter_context(connect_sync(redis_url)) if redis_url else None
        yield DataSource(store_of(dataset), EventStream(client) if client else None, cache=state_dir / CACHE)


def recorded(source: DataSource, dataset: str, redis_url: str | None) -> RecordedEvents:
    """The data, with a logged warning for what is missing. Raises ForewarnError if there is none at all."""
    try:
        data = source.read()
    except OSError as error:
        raise DatasetError(f"The dataset cannot be read: {reason_of(store_of(dataset).name, error)}") from error
    if data.archived_to is None:
        nothing = f"{SETTING}: no files of a dataset in {store_of(dataset).name}"
        if not data.live_events:
            raise DatasetError(f"{nothing}, and {data.live_error or 'the stream has no events'}")
        log.warning("%s; the answer comes from the stream only", nothing)
    if data.live_error and redis_url:
        log.warning("Without the newest events: %s", data.live_error)
    return data
