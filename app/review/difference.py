"""Both sides of a change, and how they differ: what the callouts are drawn from."""

from dataclasses import dataclass
from datetime import date

from app.review.consequences import Consequences
from app.review.rule_changes import RuleChange
from app.review.snapshot import Snapshot
from app.review.text_changes import TextChange
from app.review.yaml_diff import EntryChange


@dataclass(frozen=True, slots=True)
class Difference:
    """`spaced` are texts in which only white space changed; `vocabulary` are changes to facts.yaml and typologies.yaml.

    `outside` are changed files outside the rules and texts; `links` are changed files that are symbolic links.
    """

    before: Snapshot
    after: Snapshot
    rules: tuple[RuleChange, ...]
    texts: tuple[TextChange, ...]
    spaced: tuple[TextChange, ...]
    vocabulary: tuple[EntryChange, ...]
    consequences: Consequences
    today: date
    outside: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
