"""Small histories with the sample rules, for tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.dataset.local_folder import LocalFolder
from app.simulate import simulated_history
from app.simulate.history_plan import Plan
from app.simulate.user import DAY
from tests.deployment import SECRET
from tests.sample_rules import sample_rulebook

UNTIL = datetime(2026, 11, 20, tzinfo=UTC).timestamp()


def plan(*, seed: int = 7, days: float = 9, per_day: int = 400, until: float = UNTIL) -> Plan:
    return Plan(seed, until - days * DAY, until, per_day, 400, SECRET)


def write(folder: Path, wanted: Plan) -> dict[str, Any]:
    return simulated_history.write(LocalFolder(folder), wanted, sample_rulebook(), lambda _: None)


def content_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
