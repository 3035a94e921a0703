"""Logging to standard error, one event per line. The contents of requests are never logged."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


def configure(level: str) -> None:
    logging.basicConfig(level=level.upper(), format=FORMAT, stream=sys.stderr, force=True)
    # uvicorn's messages at start and stop repeat our own; its warnings do not.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
