"""Whatever `check` accepts passes the rest of the gate: diff, preview, and the service that loads it.

`EDITS_OF=FOLDER` makes the edits to the files of another folder, such as `.` for the partners' own.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import orjson
import pytest
import yaml

from app.api.handlers import Counters, Handlers
from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.bundle.revision import revision_of
from app.checks.checker import check_sources
from app.journal.journal import Journal
from app.preview import static_files
from app.preview.local_rules import examples_in
from app.preview.rulebook_view import RulebookView
from app.preview.sample_withdrawal import body_of, context_for
from app.review.alerts_page import alerts_page
from app.review.change_review import review
from app.review.problem_changes import problem_changes
from app.review.review_comment import COMMENT_LIMIT, as_markdown
from app.review.snapshot import FolderPaths, Snapshot
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.outcome_recording import Outcomes
from app.service.rulebook import compile_now
from tests.deployment import FIXTURE, write_tree
from tests.review.ordinary_edits import EDITS, Edit, Files, of_region, written

TODAY = date(2026, 11, 20)
NOON = 1_795_176_000.0
TRIES = 20  # of each kind: 220 edits
EDITED = Path(os.environ.get("EDITS_OF") or FIXTURE)
FILES: Files = {
    path.relative_to(EDITED).as_posix(): yaml.safe_load(path.read_text(encoding="utf-8"))
    for name in ("rules", "locales")
    for path in sorted((EDITED / name).rglob("*.yaml"))
}
REGIONS = sorted(path.split("/")[1] for path in FILES if path.endswith("/region.yaml"))


def edits(edit: Edit) -> Iterator[tuple[Files, Files]]:
    chance = Random(edit.__name__)
    made = 0
    while made < TRIES:
        region = chance.choice(REGIONS)
        edited = edit(of_region(FILES, region), region, chance)
        if edited is not None:
            made += 1
            yield edited


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_what_check_accepts_passes_every_other_check(edit: Edit, tmp_path: Path) -> None:
    accepted, snapshots = 0, Snapshots(tmp_path / "files")
    for number, (before, after) in enumerate(edits(edit)):
        old, new = snapshots.of(before), snapshots.of(after)
        if new.book is not None and not problem_changes(old.checked, new.checked).came:
            accepted += 1
            changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
            assert_reviewed(old, new, changed)
            assert_previewed(new, tmp_path / f"preview-{number}")
            assert_served(new, tmp_path / f"state-{number}")
    assert accepted >= TRIES // 2


class Snapshots:
    """Each set of files is checked once: many edits begin with the same."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[frozenset[tuple[str, str]], Snapshot] = {}

    def of(self, files: Files) -> Snapshot:
        texts = written(files)
        key = frozenset(texts.items())
        if key not in self._known:
            shutil.rmtree(self._folder, ignore_errors=True)
            write_tree(self._folder, texts)
            self._known[key] = self._made()
        return self._known[key]

    def _made(self) -> Snapshot:
        sources = read_sources(self._folder / "rules", self._folder / "locales")
        checked = check_sources(sources, TODAY)
        if checked.bundle is None or checked.content is None:
            return Snapshot(draft(sources), checked, None)
        return Snapshot(draft(sources), checked, compile_now(revision_of(checked.bundle), checked.content))


def assert_reviewed(old: Snapshot, new: Snapshot, changed: list[str]) -> None:
    places = FolderPaths("rules", "locales")
    found = review(old, new, base="before", head="after", changed=changed, links=[], places=places, today=TODAY)
    assert not found.changes_nothing
    assert len(as_markdown(found, COMMENT_LIMIT)) <= COMMENT_LIMIT
    assert alerts_page(found.cards, "after", blocked=found.has_errors)


def assert_previewed(new: Snapshot, out: Path) -> None:
    assert new.checked.bundle is not None
    texts, behind = new.checked.texts, new.checked.behind
    view = RulebookView.of(revision_of(new.checked.bundle), new.checked.bundle, examples_in(texts), behind)
    assert static_files.write(view, out, TODAY, "after") == len(view.rules) + 1


def assert_served(new: Snapshot, state: Path) -> None:
    """Every rule's own example gets an answer in each of its languages."""
    assert new.book is not None
    active = ActiveRulebook(3_600.0, lambda: NOON)
    active.activate(new.book)
    active.confirm()
    journal, identity = Journal(state), Identity("tests" * 8)
    outcomes = Outcomes(identity, journal, lambda: NOON)
    handlers = Handlers(
        Assessor(identity, active, lambda: NOON), journal, outcomes, Counters(lambda _: None, lambda _: None)
    )
    example_of = examples_in(new.checked.texts)
    for rule in new.book.content.rules:
        region = new.book.owner(rule).region
        facts = context_for(rule.when, example_of(rule.id))
        for language in region.languages:
            body = body_of(facts, region="ZZ" if region.code == rule.region else region.code, languages=[language])
            reply, _ = handlers.decide(Client("tests", frozenset({"assess"})), orjson.dumps(body))
            assert reply.status == 200
            alert = orjson.loads(reply.body)["alert"]
            assert alert is None or alert["language"] == language
    journal.close()
