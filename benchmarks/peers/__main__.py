"""Runs one peer under uvicorn, with the service's settings: `python -m benchmarks.peers bare 8000`."""

import sys

import uvicorn

from app.server.uvicorn_options import UVICORN

if __name__ == "__main__":
    uvicorn.run(f"benchmarks.peers.{sys.argv[1]}:app", host="127.0.0.1", port=int(sys.argv[2]), workers=1, **UVICORN)
