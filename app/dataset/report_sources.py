"""Where a report's events come from: files of the dataset, folds of closed days, and the stream's tail."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath

import pyarrow as pa

from app.domain.fact import FACTS
from app.domain.outcome import OUTCOME_NAMES

FOLD_FORMAT = 2
SETTLED = "settled"
STRAYS = "strays"

_DAY_FOLDER = re.compile(r"(?:^|/)date=(\d{4}-\d{2}-\d{2})/[^/]+$")


@dataclass(frozen=True, slots=True)
class Fold:
    """The two files of one day's fold: assessments wholly inside the day, and rows that may belong to other days."""

    settled: str
    strays: str


@dataclass(frozen=True)
class Sources:
    """What a report reads. A day is read from its fold if that was made of exactly its files, else from the files.

    `files` are the Parquet files that count, `folds` all files in the folder of folds, valid or not. `tail` holds
    events that are in no file yet, in the dataset's columns. An event that is in both counts once.
    """

    files: Sequence[str] = ()
    folds: Sequence[str] = ()
    tail: pa.Table | None = None
    by_day: Mapping[date, Fold] = field(init=False)
    raw: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        by_day, raw = _arrange(self.files, frozenset(self.folds))
        object.__setattr__(self, "by_day", by_day)
        object.__setattr__(self, "raw", raw)


def named_in(message: str, sources: Sources) -> str | None:
    """The damaged file that an error message names; None if it names none of these files."""
    return next((path for path in (*sources.files, *sources.folds) if path in message), None)


def day_of(path: str) -> date | None:
    """The day of arrival, from the name of the file's folder."""
    found = _DAY_FOLDER.search(path)
    return date.fromisoformat(found[1]) if found else None


def fold_name(files: Iterable[str], part: str) -> str:
    """The file name of a fold's part: a hash of the files, facts and outcomes that it was made of.

    So a day that gains a file, or whose files are merged, has no valid fold until it is folded again. Nor has any day
    after a release added a fact, which moves the bits of `facts_given`, or an outcome.
    """
    made_of = "\n".join([*sorted(PurePosixPath(path).name for path in files), *FACTS, *OUTCOME_NAMES])
    return f"v{FOLD_FORMAT}-{sha256(made_of.encode()).hexdigest()[:32]}-{part}.parquet"


def _arrange(files: Sequence[str], folds: frozenset[str]) -> tuple[Mapping[date, Fold], Sequence[str]]:
    days: dict[date | None, list[str]] = {}
    for path in files:
        days.setdefault(day_of(path), []).append(path)
    made = {(day_of(path), PurePosixPath(path).name): path for path in folds}
    by_day: dict[date, Fold] = {}
    raw = days.pop(None, [])
    for day, paths in days.items():
        settled = made.get((day, fold_name(paths, SETTLED)))
        strays = made.get((day, fold_name(paths, STRAYS)))
        if day is not None and settled is not None and strays is not None:
            by_day[day] = Fold(settled, strays)
        else:
            raw.extend(paths)
    return by_day, raw
