"""Judges the jobs of a pull request's workflow: the one check that the branch rules require.

    NEEDS='{"parts": {"result": "success", "outputs": {"content": "true", ...}}, ...}' python3 deploy/verdict.py

NEEDS is GitHub's `toJSON(needs)`: the job `parts`, and one job for each part that it names. Fails unless `parts`
succeeded and so did the job of every part that the change touches. A job may have been skipped only where its part is
not touched: to GitHub, a skipped check counts as passed.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

_PARTS = "parts"


def faults(needs: Mapping[str, Any]) -> Iterator[str]:
    found = needs.get(_PARTS, {"result": "missing", "outputs": {}})
    if found["result"] != "success":
        yield f"what the change touches is not known: {found['result']}"
        return
    jobs = {name: job["result"] for name, job in needs.items() if name != _PARTS}
    touched = {name for name in {*jobs, *found["outputs"]} if found["outputs"].get(name) != "false"}
    yield from (f"{name}: touched, but no job judges it" for name in sorted(touched - jobs.keys()))
    if not touched & jobs.keys():
        yield "nothing was judged"
    for name, result in jobs.items():
        if result != "success" and (name in touched or result != "skipped"):
            yield f"{name}: {result}"


def main() -> None:
    found = list(faults(json.loads(os.environ["NEEDS"])))
    for fault in found:
        print(f"::error::{fault}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
