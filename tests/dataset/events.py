"""Events as the service records them, and the stream entries that shippers make of them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
from pyarrow import parquet

from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import counting, every_file
from app.dataset.local_folder import LocalFolder
from app.dataset.schema import SCHEMA
from app.storage import redis_names
from tests.redis_server import RedisServer

EPOCH = "0123456789abcdef"
SEGMENT = "20261120T100000-9f86d081"
NOON = 1_795_176_000_000  # 2026-11-20T12:00:00Z


def body(number: int = 1) -> bytes:
    """An event without its id, as given to a journal; every third is an outcome."""
    common = {
        "v": 1,
        "event": "outcome" if number % 3 == 0 else "assessment",
        "time": "2026-11-20T10:00:00.123456Z",
        "assessment_id": f"as_k{number:032d}",
        "client": "exchange",
        "test": False,
    }
    if number % 3 == 0:
        said = {"visible_ms": 6400, "scrolled": True, "ignored_inputs": 0}
        return orjson.dumps(common | {"outcome": "cancelled", "occurred_at": "2026-11-20T10:00:01.000000Z"} | said)
    return orjson.dumps(
        common
        | {
            "user": f"{number % 7:032x}",
            "destination": None,
            "region": "HK",
            "revision": "sha256:" + "0" * 64,
            "rule_id": "hk/investment-new-address",
            "rule_region": "HK",
            "typology": "investment",
            "severity": "high",
            "variant": None,
            "language": "zh-Hant",
            "text_status": "sample",
            "matched": ["hk/investment-new-address"],
            "matched_count": 1,
            "facts": {"asset": "USDT", "amount_usd": 12000, "destination.first_use": True, "destination.tags": []},
        }
    )


def line(number: int, segment: str = SEGMENT, **changes: Any) -> bytes:
    """Line `number` of a segment, with its id."""
    return orjson.dumps({"event_id": f"{segment}:{number}", **orjson.loads(body(number)), **changes})


def entry(first: int, last: int, segment: str = SEGMENT, **changes: Any) -> dict[str, Any]:
    """The entry that a shipper adds for these lines."""
    events = b"\n".join(line(number, segment, **changes) for number in range(first, last + 1))
    return {redis_names.VERSION: 1, redis_names.SEGMENT: segment, redis_names.FIRST: first, redis_names.BATCH: events}


def add(server: RedisServer, *entries: dict[str, Any], at: str = "*", epoch: str = EPOCH) -> list[str]:
    """Adds entries and names their epoch; returns their ids."""
    with server.client() as client:
        client.set(redis_names.EVENTS_EPOCH, epoch)
        return [client.xadd(redis_names.EVENTS, fields, id=at).decode() for fields in entries]


def send_again(server: RedisServer, *entries: dict[str, Any]) -> None:
    """Empties Redis, after which shippers send in a new epoch."""
    server.flush()
    add(server, *entries, epoch="ffff")


def days_ago(server: RedisServer, days: int, first: int, last: int, segment: str = SEGMENT) -> str:
    """Adds these lines as if they had arrived at noon, so many days ago; returns the day."""
    noon = datetime.combine(datetime.now(UTC).date() - timedelta(days=days), time(12), UTC)
    made = entry(first, last, segment, time=noon.isoformat())
    add(server, made, at=f"{int(noon.timestamp()) * 1000}-*")
    return noon.date().isoformat()


def length(server: RedisServer) -> int:
    with server.client() as client:
        return int(client.xlen(redis_names.EVENTS))


def marks(server: RedisServer) -> dict[str, int]:
    with server.client() as client:
        return {name.decode(): int(value) for name, value in client.hgetall(redis_names.ARCHIVED).items()}


def read(store: DatasetStore | Path, *, every: bool = False) -> pa.Table:
    """The dataset's rows as our readers see them; with `every`, the rows of all *.parquet files."""
    store = LocalFolder(store) if isinstance(store, Path) else store
    files = every_file(store)
    tables = [SCHEMA.empty_table()]
    for file in files if every else counting(files):
        with store.open(file.path) as source:
            tables.append(parquet.read_table(source).replace_schema_metadata(None))
    return pa.concat_tables(tables, promote_options="default")


def ids(store: DatasetStore | Path, *, every: bool = False) -> list[str]:
    found: list[str] = sorted(read(store, every=every).column("event_id").to_pylist())
    return found


def names(numbers: Iterable[int], segment: str = SEGMENT) -> list[str]:
    return sorted(f"{segment}:{number}" for number in numbers)


def is_once(found: Sequence[str]) -> bool:
    return len(found) == len(set(found))
