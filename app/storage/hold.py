"""Every segment that this worker owns: the one it writes, those it has closed, those it adopted."""

from contextlib import suppress

from app.storage import segments, shipped
from app.storage.cargo import Cargo, adopted_cargo
from app.storage.journal import Journal
from app.storage.shipped import sidecar

# Each takes a descriptor until the archiver has passed it; crash-looping workers could leave thousands.
ADOPTED_LIMIT = 128


class Hold:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._cargos: dict[str, Cargo] = {}

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
        """Takes the segments that nobody owns: their worker has ended."""
        self._sweep()
        adopted = sum(cargo.adopted for cargo in self.all())
        for path in segments.paths(self._journal.folder):
            if adopted >= ADOPTED_LIMIT:
                break
            if path.name.removesuffix(segments.SUFFIX) in self._cargos:
                continue
            segment = segments.adopt(path)
            if segment is None:
                continue
            try:
                self._cargos[segment.name] = await adopted_cargo(segment)
            except BaseException:
                segment.close()
                raise
            adopted += 1

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
            cargo.segment.path.unlink(missing_ok=True)
            sidecar(cargo.segment.path).unlink(missing_ok=True)
            del self._cargos[cargo.segment.name]
            cargo.segment.close()

    def let_go(self) -> None:
        """Unlocks every segment, for another worker or the next start."""
        for cargo in self.all():
            if cargo.segment is not self._journal.segment:
                cargo.segment.close()
        self._cargos.clear()

    def _sweep(self) -> None:
        for path in self._journal.folder.glob(f"*{shipped.SUFFIX}"):
            if not path.with_suffix(segments.SUFFIX).exists():
                path.unlink(missing_ok=True)
