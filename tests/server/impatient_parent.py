"""Run as a program: `forewarn` whose parent gives a worker two seconds to answer instead of ten."""

from app.commands import cli
from app.server import worker_handle

worker_handle._ANSWER_WITHIN = 2.0

if __name__ == "__main__":
    cli.main()
