"""How many events the archiver handles: a real stream of N events, drained into a folder of Parquet.

    python -m benchmarks.archive [500000]

Events per processor second of this process show what one core handles; the server runs on the other.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

import orjson

from app.commands import archive
from app.storage import redis_names
from tests.redis_server import RedisServer

_A_SEGMENT = 20_000
_A_BATCH = 500
_TIME = "2026-11-20T10:00:00.123456Z"


def event(number: int, event_id: str, draw: random.Random) -> dict[str, object]:
    """An assessment with every fact given, or an outcome, in turn."""
    common: dict[str, object] = {
        "event_id": event_id,
        "v": 1,
        "time": _TIME,
        "assessment_id": "as_k" + draw.randbytes(16).hex(),
        "client": "exchange",
        "test": False,
    }
    if number % 2:
        measured = {"visible_ms": 8_000, "scrolled": True, "ignored_inputs": 0}
        return common | {"event": "outcome", "outcome": "cancelled", "occurred_at": _TIME} | measured
    facts: dict[str, object] = {
        "asset": "USDT",
        "network": "TRON",
        "channel": "app",
        "declared_purpose": "investment",
        "amount_usd": draw.randrange(10, 99) * 100,
        "share_of_balance": 0.95,
        "destination.kind": "unknown",
        "destination.first_use": True,
        "destination.tags": [],
        "account.age_days": 14,
        "account.age_band": "60+",
        "account.kyc_level": 2,
        "account.withdrawals_30d": 0,
        "account.first_withdrawal": True,
        "session.signals": ["remote_access"],
    }
    return common | {
        "event": "assessment",
        "user": draw.randbytes(16).hex(),
        "destination": draw.randbytes(16).hex(),
        "region": "HK",
        "revision": "sha256:" + "ab" * 32,
        "rule_id": "hk/investment-new-address",
        "rule_region": "HK",
        "typology": "investment",
        "severity": "high",
        "variant": None,
        "language": "zh-Hant",
        "text_status": "sample",
        "matched": ["hk/investment-new-address", "hk/every-withdrawal"],
        "matched_count": 2,
        "facts": facts,
    }


def fill(server: RedisServer, count: int) -> None:
    draw = random.Random(1)  # noqa: S311  # the same events every time
    with server.client() as client:
        client.config_set("appendonly", "no")
        client.set(redis_names.EVENTS_EPOCH, "00112233aabbccdd")
        for start in range(0, count, _A_SEGMENT):
            segment = f"20261120T213546-{start:08x}"
            pipeline = client.pipeline(transaction=False)
            for first in range(0, _A_SEGMENT, _A_BATCH):
                numbers = range(first, first + _A_BATCH)
                lines = [orjson.dumps(event(n, f"{segment}:{n + 1}", draw)) for n in numbers]
                pipeline.xadd(
                    redis_names.EVENTS, {"v": 1, "segment": segment, "first": first + 1, "events": b"\n".join(lines)}
                )
            pipeline.execute()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    count -= count % _A_SEGMENT
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = RedisServer(folder / "redis")
        server.start()
        try:
            fill(server, count)
            began, worked = time.perf_counter(), time.process_time()
            done = archive.run(
                dataset=str(folder / "dataset"), redis_url=server.url, state_dir=folder / "state", once=True
            )
            seconds, processor = time.perf_counter() - began, time.process_time() - worked
        finally:
            server.close()
    if done.events != count:
        raise SystemExit(f"{done.events} of {count} events were written")
    print(f"{count:,} events: {count / seconds:,.0f} a second, {count / processor:,.0f} a processor second")


if __name__ == "__main__":
    main()
