"""Folds the dataset's closed days in the background. A report reads a folded day in a tenth of the time."""

import logging
from contextlib import suppress
from datetime import UTC, datetime
from threading import Event, Thread

import duckdb

from app.dataset.recorded_events import DatasetUnreadable, DataSource
from app.dataset.report_sources import SETTLED, STRAYS, day_of, fold_name
from app.reports.folding import fold_day

log = logging.getLogger(__name__)

EVERY = 600.0  # seconds

# A fold does not make a smaller day any faster to read.
SMALLEST_DAY = 8 << 20  # bytes

_MEMORY = "512MB"


class FoldKeeper:
    """One thread that folds one day after another and removes folds of days that have changed since."""

    def __init__(self, source: DataSource, smallest: int = SMALLEST_DAY) -> None:
        self._source = source
        self._smallest = smallest
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="folds", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Does not wait for a fold in progress: it appears whole or not at all."""
        self._stopping.set()

    def _run(self) -> None:
        while True:
            try:
                self.turn()
            except (DatasetUnreadable, duckdb.Error, OSError) as error:
                log.warning("Could not fold closed days; trying again later: %s", " ".join(str(error).split()))
            except Exception:
                log.exception("Folding failed by an internal error; trying again later")
            if self._stopping.wait(EVERY):
                return

    def turn(self) -> None:
        """Folds every closed day that is large enough and not folded yet."""
        today = datetime.now(UTC).date()
        closed: dict[str, dict[str, int]] = {}
        for path, size in self._source.current().sizes.items():
            day = day_of(path)
            if day is not None and day < today:
                closed.setdefault(f"date={day}", {})[path] = size
        wanted = {folder: list(files) for folder, files in closed.items() if sum(files.values()) >= self._smallest}
        self._remove_others(wanted)
        for folder, files in sorted(wanted.items(), reverse=True):
            if self._stopping.is_set():
                return
            if not (self._source.folds / folder / fold_name(files, SETTLED)).exists():
                fold_day(files, self._source.folds, memory_limit=_MEMORY)

    def _remove_others(self, wanted: dict[str, list[str]]) -> None:
        valid = {
            self._source.folds / folder / fold_name(files, part)
            for folder, files in wanted.items()
            for part in (SETTLED, STRAYS)
        }
        for path in self._source.folds.glob("date=*/*"):
            if path not in valid:
                path.unlink(missing_ok=True)
                with suppress(OSError):  # other files of the day are left
                    path.parent.rmdir()
