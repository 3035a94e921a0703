"""Links between preview pages: on a server, and in files."""

from collections.abc import Callable
from typing import Protocol


class Links(Protocol):
    """The URLs of pages and assets."""

    def rules(self) -> str: ...

    def rule(self, rule_id: str) -> str: ...

    def dry_run(self, region: str) -> str | None:
        """None where nothing can run: in files."""
        ...

    def asset(self, name: str) -> str: ...


class ServerLinks:
    """URLs of a server; `asset` gives those of static files."""

    def __init__(self, asset: Callable[[str], str]) -> None:
        self.asset = asset

    def rules(self) -> str:
        return "/rules"

    def rule(self, rule_id: str) -> str:
        return f"/preview/{rule_id}"

    def dry_run(self, region: str) -> str | None:
        return f"/try/{region}"


class FileLinks:
    """Links from a page `depth` folders below the index."""

    def __init__(self, depth: int) -> None:
        self._up = "../" * depth

    def rules(self) -> str:
        return f"{self._up}index.html"

    def rule(self, rule_id: str) -> str:
        return f"{self._up}preview/{rule_id}.html"

    def dry_run(self, region: str) -> str | None:  # part of the interface; files cannot run anything
        return None

    def asset(self, name: str) -> str:
        return f"{self._up}static/{name}"
