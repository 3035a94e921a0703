"""Every segment that this worker ships or may delete: the one it writes, those it closed, those of dead workers."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from app.journal import segments, shipped_position
from app.journal.journal import Journal
from app.journal.segment_progress import Cargo, adopted_cargo, shipped_cargo
from app.journal.segments import Segment
from app.journal.shipped_position import sidecar

# Each takes a descriptor until it is shipped; crash-looping workers could leave thousands.
ADOPTED_LIMIT = 128


class Hold:
    """`unadopted` counts the segments that nobody owns and that are over our limit."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._cargos: dict[str, Cargo] = {}
        self.unadopted = 0

    def all(self) -> list[Cargo]:
        """Takes over what the journal has opened and retired since the last call."""
        retired, self._journal.retired = self._journal.retired, []
        for segment in [*retired, self._journal.segment]:
            if segment is not None:
                self._cargos.setdefault(segment.name, Cargo(segment))
        return list(self._cargos.values())

    def own(self) -> list[Cargo]:
        return [cargo for cargo in self.all() if not cargo.adopted]

    def finished(self) -> list[Cargo]:
        """Closed and shipped to the last line, the oldest first."""
        closed = [cargo for cargo in self.all() if cargo.segment is not self._journal.segment]
        done = [cargo for cargo in closed if cargo.waiting_bytes <= 0]
        return sorted(done, key=lambda cargo: cargo.segment.name)

    async def adopt(self) -> None:
        """Takes the segments that nobody owns: their worker has ended. Of what is shipped, it takes note only."""
        self._sweep()
        self._rest()
        paths = segments.paths(self._journal.folder)
        self._forget_deleted(paths)
        unadopted = 0
        for path in paths:
            if _name(path) in self._cargos:
                continue
            await asyncio.sleep(0)
            segment = segments.adopt(path)
            if segment is not None and not await self._take(segment):
                unadopted += 1
        self.unadopted = unadopted

    def send_again(self, cargo: Cargo, life: str | None) -> None:
        """All of it, into the stream of `life`. What rests is adopted for that, like what a dead worker left."""
        if not cargo.resting:
            cargo.restart(life)
        elif self._retake(cargo):
            with suppress(OSError):  # a folder that became read-only: it rests again, and this is tried again
                sidecar(cargo.segment.path).unlink(missing_ok=True)
            self._forget(cargo)
            cargo.segment.close()

    def make_room(self) -> None:
        """Drops what has nothing to ship and, over 7/8 of the bound, what is shipped, the oldest first.

        The last eighth is what workers write until they learn of it: the bound itself refuses lines.
        """
        self._journal.measure()
        excess = self._journal.folder_bytes - self._journal.max_bytes * 7 // 8
        for cargo in self.finished():
            if excess > 0 or not cargo.sent:
                excess -= cargo.segment.size
                self.drop(cargo)
        self._journal.measure()

    def drop(self, cargo: Cargo) -> None:
        with suppress(OSError):  # a folder that became read-only: tried again at the next check
            if cargo.resting and not self._retake(cargo):
                return
            cargo.segment.path.unlink(missing_ok=True)
            sidecar(cargo.segment.path).unlink(missing_ok=True)
            self._forget(cargo)
            cargo.segment.close()

    def let_go(self) -> None:
        """Unlocks every segment, for another worker or the next start."""
        for cargo in self.all():
            if cargo.segment is not self._journal.segment and not cargo.resting:
                cargo.segment.close()
        self._cargos.clear()

    async def _take(self, segment: Segment) -> bool:
        """False where it is over the limit, and let go again."""
        try:
            cargo = shipped_cargo(segment)
            if cargo is not None:
                cargo.rest()
            elif self._full():
                segment.close()
                return False
            else:
                cargo = await adopted_cargo(segment)
        except BaseException:
            segment.close()
            raise
        self._cargos[segment.name] = cargo
        return True

    def _full(self) -> bool:
        return sum(cargo.adopted and not cargo.resting for cargo in self._cargos.values()) >= ADOPTED_LIMIT

    def _rest(self) -> None:
        for cargo in self.finished():
            if cargo.sent and not cargo.resting:
                cargo.rest()

    def _retake(self, cargo: Cargo) -> bool:
        """Locks what rests. False, and it is forgotten, where another worker has it, has deleted it or changed its
        state: `adopt` finds out."""
        segment = segments.adopt(cargo.segment.path)
        if segment is not None and cargo.take(segment):
            return True
        self._forget(cargo)
        if segment is not None:
            segment.close()
        return False

    def _forget(self, cargo: Cargo) -> None:
        self._cargos.pop(cargo.segment.name, None)

    def _forget_deleted(self, paths: Iterable[Path]) -> None:
        there = {_name(path) for path in paths}
        for cargo in self.all():
            if cargo.resting and cargo.segment.name not in there:
                self._forget(cargo)

    def _sweep(self) -> None:
        for path in self._journal.folder.glob(f"*{shipped_position.SUFFIX}"):
            if not path.with_suffix(segments.SUFFIX).exists():
                path.unlink(missing_ok=True)


def _name(path: Path) -> str:
    return path.name.removesuffix(segments.SUFFIX)
