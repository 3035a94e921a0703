"""Publishes a bundle on request, in a separate process: `python -m benchmarks.publisher URL FILE`

It prints `ready`, waits for a line, publishes, and prints the time of publishing (CLOCK_MONOTONIC).
"""

import sys
import time
from pathlib import Path

from benchmarks.processes import publish

if __name__ == "__main__":
    bundle = Path(sys.argv[2]).read_bytes()
    print("ready", flush=True)
    sys.stdin.readline()
    publish(sys.argv[1], bundle)
    print(time.perf_counter(), flush=True)
