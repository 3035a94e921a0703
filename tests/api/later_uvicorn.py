"""Run as a process: `forewarn` with a uvicorn that works and has renamed what our protocol uses."""

import inspect

from uvicorn.protocols.http import httptools_impl

from app.commands import cli

RENAMED = {"RequestResponseCycle": "Exchange", "_unset_keepalive_if_required": "_stop_keepalive"}


def rename() -> None:
    source = inspect.getsource(httptools_impl)
    for name, later in RENAMED.items():
        source = source.replace(name, later)
    for name in ("HttpToolsProtocol", *RENAMED):
        vars(httptools_impl).pop(name, None)
    exec(compile(source, httptools_impl.__file__, "exec"), vars(httptools_impl))


rename()  # in the workers too: they import this file
if __name__ == "__main__":
    cli.main()
