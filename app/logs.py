"""Log lines: one event a line on standard error. Nothing of a request is ever logged."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)-7s %(name)s  %(message)s"


def configure(level: str) -> None:
    logging.basicConfig(level=level.upper(), format=FORMAT, stream=sys.stderr, force=True)
    # uvicorn's start and stop lines repeat what our own say; its warnings are welcome.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
