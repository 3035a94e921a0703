"""Marks where the stream lost entries before they were written: `_gaps/*.json` in the dataset, for reports to show.

A gap says that events may be missing, not that they are: shippers send again all that they still hold.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import orjson

from app.dataset.dataset_store import Place

FOLDER = "_gaps"


class Kind(StrEnum):
    GONE = "gone"  # the stream is not there: emptied, deleted or evicted
    CUT = "cut"  # our position is not in it: trimmed by somebody else, or gone back in time by a failover
    DELETED = "deleted"  # an entry that we had not read was deleted
    LATE = "late"  # entries were gone before we read of this epoch at all


SAYS = {
    Kind.GONE: "the events stream is gone (emptied, deleted or evicted)",
    Kind.CUT: "the events stream no longer holds our position (trimmed by somebody else, or a failover)",
    Kind.DELETED: "entries of the events stream that were not archived yet have been deleted",
    Kind.LATE: "entries of the events stream were removed before this dataset saw them",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """`after` is the last entry of `epoch` that was read, empty for none; `entries` how many are lost, if known."""

    kind: Kind
    epoch: str
    after: str
    found_at: datetime
    entries: int | None = None

    @property
    def path(self) -> str:
        """One place in the stream is one gap, however often it is found."""
        return f"{FOLDER}/{self.epoch}-{self.after.replace('-', '_') or '0_0'}-{self.kind}.json"


def write(place: Place, gap: Gap) -> None:
    """Raises OSError."""
    with place.create(gap.path) as sink:
        sink.write(orjson.dumps(asdict(gap)) + b"\n")


def noted(place: Place) -> set[tuple[str, str]]:
    """Epoch and last entry of every gap, as `Gap.path` spells them. Raises OSError."""
    names = (stored.path.rpartition("/")[2].split("-") for stored in place.list(FOLDER))
    return {(parts[0], parts[1]) for parts in names if len(parts) == 3}


def gaps(place: Place) -> list[Gap]:
    """Every gap, oldest first. Raises OSError."""
    found: list[Gap] = []
    for stored in place.list(FOLDER):
        with place.open(stored.path) as source:
            noted = orjson.loads(source.read())
        noted |= {"kind": Kind(noted["kind"]), "found_at": datetime.fromisoformat(noted["found_at"])}
        found.append(Gap(**noted))
    return sorted(found, key=lambda gap: gap.found_at)
