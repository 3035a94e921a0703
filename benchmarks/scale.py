"""How much to measure: a full run takes minutes; a quick one only shows that every part works."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Seconds are per measurement; a ratio is the median of `rounds` measurements, taken in turn."""

    rounds: int
    warm_up: float
    seconds: float
    open_seconds: float
    slow_seconds: float
    http_rules: int  # rules of the service and its peers
    sizes: tuple[int, ...]  # rules that engines match, rising
    engine_budget: float  # seconds; an engine with slower matches is left out of larger sizes
    spend: float  # seconds per timing in this process
    rounds_in_process: int
    swap_rules: int
    swap_seconds: float  # seconds of load before a bundle is published
    swap_after: float  # seconds to watch after that: the new rules are written to disk, the old ones freed
    starts: int
    start_rules: int


FULL = Scale(
    rounds=3,
    warm_up=1.0,
    seconds=2.5,
    open_seconds=5.0,
    slow_seconds=3.0,
    http_rules=10_000,
    sizes=(100, 300, 1_000, 3_000, 10_000, 30_000, 100_000),
    engine_budget=1.0,
    spend=0.2,
    rounds_in_process=20_000,
    swap_rules=10_000,
    swap_seconds=6.0,
    swap_after=2.0,
    starts=5,
    start_rules=1_000,
)

QUICK = Scale(
    rounds=1,
    warm_up=0.05,
    seconds=0.3,
    open_seconds=0.3,
    slow_seconds=0.3,
    http_rules=200,
    sizes=(10, 100),
    engine_budget=0.02,
    spend=0.01,
    rounds_in_process=200,
    swap_rules=200,
    swap_seconds=0.3,
    swap_after=0.1,
    starts=1,
    start_rules=200,
)
