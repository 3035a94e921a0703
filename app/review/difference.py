"""Both sides of a change, and how they differ: what the callouts are drawn from."""

from dataclasses import dataclass
from datetime import date

from app.review.consequences import Consequences
from app.review.rule_changes import RuleChange
from app.review.snapshot import Snapshot
from app.review.text_changes import TextChange


@dataclass(frozen=True, slots=True)
class Difference:
    """`outside` are changed files outside the rules and texts; `links` are changed files that are symbolic links."""

    before: Snapshot
    after: Snapshot
    rules: tuple[RuleChange, ...]
    texts: tuple[TextChange, ...]
    consequences: Consequences
    today: date
    outside: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
