"""Keeps the active rulebook the one that Redis names."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator
from typing import Protocol

from app.bundle.decode import decode
from app.bundle.refusal import BundleError
from app.domain.cooperative import free, in_slices
from app.domain.errors import ForewarnError
from app.domain.heap import collector_held, trim_heap
from app.service.active_rulebook import ActiveRulebook
from app.service.rulebook import Rulebook, compile_rulebook

log = logging.getLogger(__name__)


class BundleSource(Protocol):
    """Where bundles are published. Every method raises ForewarnError if it cannot answer."""

    async def current(self) -> str | None:
        """The published revision; None if none is."""
        ...

    async def fetch(self, revision: str) -> bytes:
        """The bundle's bytes, verified against its revision. Raises BundleError if nobody can use it."""
        ...

    def announcements(self) -> AsyncIterator[str]:
        """Revisions as they are announced. Some may be missed, so the follower polls too."""
        ...


class LastGood(Protocol):
    """The last bundle that was served, on the local disk. Both methods raise ForewarnError or OSError."""

    def load(self) -> tuple[str, bytes] | None: ...

    def save(self, revision: str, bundle: bytes) -> None: ...


class Follower:
    """Fetches, verifies, compiles and activates the published revision. On a failure the active one stays.

    A refused revision is not fetched again until another one is named, or it is announced again.
    """

    def __init__(
        self, source: BundleSource, last_good: LastGood, active: ActiveRulebook, poll_seconds: float = 3.0
    ) -> None:
        self._source = source
        self._last_good = last_good
        self._active = active
        self._poll_seconds = poll_seconds
        self._announced = asyncio.Event()
        self._refused: str | None = None
        self._refusal = ""
        self._trouble: str | None = None

    async def start(self) -> None:
        """Activates the revision that Redis names, or else the last good bundle on disk."""
        await self.check(startup=True)
        if self._active.rulebook is None:
            await self._serve_last_good(None)

    async def run(self) -> None:
        """Follow until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen())
            tasks.create_task(self._poll())

    async def check(self, *, announced: bool = False, startup: bool = False) -> None:
        """Asks once and acts on the answer. Never raises for a fault of Redis or of a bundle."""
        active = self._active
        active.asked_at = active.clock()
        try:
            revision = await self._source.current()
        except (ForewarnError, OSError) as error:
            self._unconfirmed(str(error))
            return
        if revision is None:
            self._unconfirmed("Redis names no revision in force; publish one with `forewarn publish`")
        elif active.rulebook is not None and active.rulebook.revision == revision:
            self._confirm()
        elif revision == self._refused and not announced:
            active.error = self._refusal
        else:
            await self._adopt(revision, startup=startup)

    async def _listen(self) -> None:
        async for _ in self._source.announcements():
            self._announced.set()

    async def _poll(self) -> None:
        while True:
            # Jitter keeps the workers of a fleet from asking at the same moment.
            pause = self._poll_seconds * random.uniform(0.7, 1.3)  # noqa: S311  # no secret
            if self._active.rulebook is None:
                pause = min(pause, 0.5)
            try:
                async with asyncio.timeout(pause):
                    await self._announced.wait()
            except TimeoutError:
                pass
            announced = self._announced.is_set()
            self._announced.clear()
            await self.check(announced=announced)

    async def _adopt(self, revision: str, *, startup: bool) -> None:
        if startup and await self._serve_last_good(revision):
            self._confirm()
            return
        try:
            bundle = await self._source.fetch(revision)
        except BundleError as error:
            self._refuse(revision, str(error))
            return
        except (ForewarnError, OSError) as error:
            self._unconfirmed(str(error))
            return
        self._active.downloaded_at = self._active.clock()
        try:
            rulebook = await _compile(revision, bundle)
        except (ForewarnError, OSError) as error:
            self._refuse(revision, str(error))
            return
        except Exception as error:  # another attempt would cost as much and fail again
            log.exception("A fault of our own in compiling revision %s", revision)
            self._refuse(revision, f"a fault of our own: {error!r}")
            return
        self._refused = None
        await self._activate(rulebook)
        self._confirm()
        await self._save(revision, bundle)

    def _confirm(self) -> None:
        self._active.confirm()
        self._trouble = None

    def _unconfirmed(self, reason: str) -> None:
        """What may be over at the next poll. It is logged when it changes, not at each poll."""
        self._active.error = reason
        if reason != self._trouble:
            log.warning("The revision in force cannot be confirmed: %s", reason)
        self._trouble = reason

    async def _serve_last_good(self, wanted: str | None) -> bool:
        """True if the bundle on disk is now active. With `wanted`, it must be that revision."""
        try:
            kept = self._last_good.load()
            if kept is None or (wanted is not None and kept[0] != wanted):
                return False
            await self._activate(await _compile(*kept))
        except (ForewarnError, OSError) as error:
            self._refuse(None, f"the last good bundle on disk: {error}")
            return False
        return True

    async def _save(self, revision: str, bundle: bytes) -> None:
        try:
            await asyncio.to_thread(self._last_good.save, revision, bundle)
        except (ForewarnError, OSError) as error:
            log.warning("Revision %s is served but not kept on disk for a restart: %s", revision, error)

    async def _activate(self, rulebook: Rulebook) -> None:
        old = self._active.rulebook
        emptied = ", ".join(sorted(old.regions_with_rules() - rulebook.regions_with_rules())) if old else ""
        replaced: list[object] = [old] if old else []
        old = None
        self._active.activate(rulebook)
        if replaced:
            await in_slices(free(replaced))
            trim_heap()
        log.info("Serving revision %s: %d rules", rulebook.revision, len(rulebook.content.rules))
        if emptied:
            log.warning("Revision %s has no rule any more for: %s", rulebook.revision, emptied)

    def _refuse(self, revision: str | None, reason: str) -> None:
        """`revision` is None for the bundle on disk: another copy of it may be good."""
        refusal = f"{revision or 'bundle'} refused: {reason}"
        if revision is not None:
            self._refused, self._refusal = revision, refusal
        self._active.refuse(refusal)
        log.error("%s; the rules in force stay", refusal)


async def _compile(revision: str, bundle: bytes) -> Rulebook:
    with collector_held():
        content = await in_slices(decode(bundle))
        return await in_slices(compile_rulebook(revision, content))
