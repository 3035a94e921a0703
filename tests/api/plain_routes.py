"""Run as a process: the service without its fast lane, on the port and with the metrics folder of the command line."""

import sys
from pathlib import Path

import uvicorn

from app import settings, wiring


def main() -> None:
    port, folder = sys.argv[1:]
    service = wiring.service(settings.load(), Path(folder), 1, fast_lane=False)
    uvicorn.run(service, port=int(port), http="httptools", loop="uvloop", access_log=False, server_header=False)


main()
