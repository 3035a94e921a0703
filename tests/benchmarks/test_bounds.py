"""Bounds on the cost of one decision: counted instructions and bytes, not time, so a busy machine does not matter.

These tests fail when a change makes decisions slower. A bound is the current number plus a tenth. If you make decisions
cheaper, lower it; if you must raise it, say why. `.venv/bin/python -m benchmarks.probe` prints the numbers by function.
"""

import json
import subprocess
import sys

import pytest

from tests.deployment import ROOT

# For Python 3.11; later versions compile the same lines to fewer instructions.
DECISION = 1_640

DECISION_BYTES = 7_700


@pytest.fixture(scope="module")
def cost() -> dict[str, int]:
    """Counts in a separate process, where no tracer, profiler or patch of another test adds to it."""
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
    """A hundred times the rules; in both cases more rules match than the 16 that an answer names."""
    few, many = cost["match_100"], cost["match_10000"]
    assert many <= 1.1 * few, f"matching takes {few:,} instructions with 100 rules, {many:,} with 10,000"


def test_the_memory_of_matching_is_a_few_masks(cost: dict[str, int]) -> None:
    """A mask of 10,000 rows takes 1.3 kB; rules or rows as objects would take hundreds of kB."""
    taken = cost["match_10000_bytes"]
    assert taken <= 6_000, f"matching 10,000 rules holds {taken:,} bytes at once"
