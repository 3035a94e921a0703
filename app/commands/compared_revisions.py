"""The rules before and after a change, as `diff` and `canary` compare them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.review.change_review import Review, review
from app.review.snapshot import Snapshot, placed, snapshot_of_commit, snapshot_of_folder

_SHORT = 12


@dataclass(frozen=True, slots=True)
class Revisions:
    """What to compare. Without `base`, where the default branch was left; without `head`, the files as they are now."""

    rules: Path
    locales: Path
    base: str | None = None
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    before: Snapshot
    after: Snapshot
    review: Review


def compare(revisions: Revisions, today: date) -> Compared:
    """Raises GitError."""
    repository, places = placed(revisions.rules, revisions.locales)
    head = repository.commit(revisions.head or "HEAD")
    base = repository.commit(revisions.base) if revisions.base else repository.default_base(head)
    before = snapshot_of_commit(repository, base, places, today)
    if revisions.head:
        after = snapshot_of_commit(repository, head, places, today)
    else:
        after = snapshot_of_folder(repository, places, today)
    changed = repository.changed_between(base, head) if revisions.head else repository.changed_here(base)
    named = f"{revisions.base} ({base[:_SHORT]})" if revisions.base and revisions.base != base else base[:_SHORT]
    made = review(
        before,
        after,
        base=named,
        head=revisions.head or "the files here",
        changed=changed,
        links=repository.links(changed, revisions.head and head),
        places=places,
        today=today,
    )
    return Compared(before, after, made)


def changed_rule_ids(found: Review) -> list[str]:
    """The rules whose conditions or alerts change, by their old and new names."""
    of_rules = (name for change in found.rules for name in (change.before, change.after) if name is not None)
    return sorted({*of_rules, *(card.rule_id for card in found.cards)})
