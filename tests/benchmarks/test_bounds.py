"""What one decision costs, held under bounds that no busy machine can move: counted instructions and bytes, not time.

A bound is the number of today with a tenth on top. Who makes the decision cheaper lowers it; who must raise it says
why. `.venv/bin/python -m benchmarks.probe` prints the numbers, by function too.
"""

import json
import subprocess
import sys

import pytest

from tests.deployment import ROOT

# With Python 3.11; later versions compile the same lines to fewer instructions.
DECISION = 1_640

DECISION_BYTES = 7_700


@pytest.fixture(scope="module")
def cost() -> dict[str, int]:
    """Counted in a process of its own: a tracer, a profiler or another test's patch would count too."""
    command = [sys.executable, "-m", "benchmarks.probe"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted


def test_the_instructions_of_one_decision_are_bounded(cost: dict[str, int]) -> None:
    assert cost["decision"] <= DECISION, (
        f"a decision takes {cost['decision']:,} instructions, its bound is {DECISION:,}"
    )


def test_the_memory_of_one_decision_is_bounded(cost: dict[str, int]) -> None:
    taken = cost["decision_bytes"]
    assert taken <= DECISION_BYTES, f"a decision holds {taken:,} bytes at once, its bound is {DECISION_BYTES:,}"


def test_matching_does_not_grow_with_the_number_of_rules(cost: dict[str, int]) -> None:
    """A hundred times the rules; in both cases more than the 16 match that an answer names."""
    few, many = cost["match_100"], cost["match_10000"]
    assert many <= 1.1 * few, f"matching takes {few:,} instructions with 100 rules, {many:,} with 10,000"


def test_the_memory_of_matching_is_a_few_masks(cost: dict[str, int]) -> None:
    """A mask of 10,000 rows is 1.3 kB; rules or rows as objects would be hundreds of kB."""
    taken = cost["match_10000_bytes"]
    assert taken <= 6_000, f"matching 10,000 rules holds {taken:,} bytes at once"
