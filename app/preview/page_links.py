"""Links between preview pages: on a server, and in files."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Links:
    """The URLs of pages and assets. `dry_run` gives None where nothing can run: in files."""

    rules: str
    rule: Callable[[str], str]
    dry_run: Callable[[str], str | None]
    asset: Callable[[str], str]


def server_links(asset: Callable[[str], str]) -> Links:
    """URLs of a server; `asset` gives those of static files."""
    return Links("/rules", "/preview/{}".format, "/try/{}".format, asset)


def file_links(depth: int) -> Links:
    """Links from a page `depth` folders below the index."""
    up = "../" * depth
    return Links(f"{up}index.html", f"{up}preview/{{}}.html".format, lambda _: None, f"{up}static/{{}}".format)
