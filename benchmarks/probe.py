"""Prints the instructions and bytes that decisions cost; the last line is JSON.

    .venv/bin/python -m benchmarks.probe

It is a separate process, so that nothing else counts.
"""

import gc
import json
import tracemalloc
from collections import Counter
from collections.abc import Callable

from app.domain.index import Index
from app.service.withdrawal_decoder import withdrawal_of
from benchmarks.decision import decider
from benchmarks.instructions import instructions
from benchmarks.rules import TODAY, WITHDRAWAL, made_rules

# Fill the caches, and let the interpreter specialise.
_WARM = 50


def probe() -> dict[str, int]:
    with decider(1_000) as deciding:
        decision = settled(deciding.decide)
        print(*(f"{count:6} {name}" for name, count in decision.most_common()), sep="\n")
        found = {"decision": decision.total(), "decision_bytes": peak(deciding.decide)}
    for count in (100, 10_000):
        match = matching(count)
        found |= {f"match_{count}": settled(match).total(), f"match_{count}_bytes": peak(match)}
    return found


def matching(count: int) -> Callable[[], object]:
    index = Index.of(made_rules(count))
    context = withdrawal_of(WITHDRAWAL).context()
    return lambda: index.match_anew(context, TODAY)


def settled(work: Callable[[], object]) -> Counter[str]:
    """The minimum of several runs, because the timestamp's second and the day's bounds are recomputed now and then."""
    for _ in range(_WARM):
        work()
    return min((instructions(work) for _ in range(5)), key=Counter.total)


def peak(work: Callable[[], object]) -> int:
    """The peak memory of one call, in bytes."""
    peaks = []
    gc.disable()
    for _ in range(5):
        tracemalloc.start()
        work()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    gc.enable()
    return min(peaks)


if __name__ == "__main__":
    print(json.dumps(probe()))
