"""Run as a process: the service on the port and with the metrics folder of the command line, by uvicorn's own HTTP.

More arguments are an HTTP implementation, and for how many seconds it keeps a silent connection.
"""

import sys
from pathlib import Path

import uvicorn

from app import settings, wiring


def main() -> None:
    port, folder, *rest = sys.argv[1:]
    http, keep_alive = rest or ("httptools", "5")
    service = wiring.service(settings.load(), Path(folder), 1)
    uvicorn.run(
        service,
        port=int(port),
        http=http,
        loop="uvloop",
        access_log=False,
        server_header=False,
        timeout_keep_alive=int(keep_alive),
    )


main()
