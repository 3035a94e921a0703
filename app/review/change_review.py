"""A review: all that a reviewer needs to know about a change of rules and texts."""

from dataclasses import dataclass
from datetime import date

from app.review.backtest import Backtest
from app.review.callouts import Callout, callouts, outside
from app.review.changed_alerts import ChangedCard, changed_cards
from app.review.consequences import Consequences, consequences
from app.review.rule_changes import RuleChange, rule_changes
from app.review.snapshot import Places, Snapshot
from app.review.text_changes import TextChange, text_changes
from app.review.yaml_diff import EntryChange, entry_changes


@dataclass(frozen=True, slots=True)
class Review:
    """`errors` count what keeps the new files from being loaded; `vocabulary` is of facts.yaml and typologies.yaml.

    `silent` are changed files that say what they said before: layout and comments. `backtest` is None without a
    dataset; `no_backtest` then says why.
    """

    base: str
    head: str
    callouts: tuple[Callout, ...]
    rules: tuple[RuleChange, ...]
    texts: tuple[TextChange, ...]
    vocabulary: tuple[EntryChange, ...]
    consequences: Consequences
    cards: tuple[ChangedCard, ...]
    silent: tuple[str, ...]
    errors_before: int
    errors_after: int
    warnings_after: int
    backtest: Backtest | None = None
    no_backtest: str | None = None

    @property
    def changes_nothing(self) -> bool:
        changes = self.callouts or self.rules or self.texts or self.vocabulary or self.cards
        return not changes and self.errors_before == self.errors_after


def review(
    before: Snapshot,
    after: Snapshot,
    *,
    base: str,
    head: str,
    changed: list[str],
    links: list[str],
    places: Places,
    today: date,
) -> Review:
    """`changed` are the paths that git calls different, `links` those of them that are links now."""
    rules = rule_changes(before, after)
    texts = text_changes(before.drafts, after.drafts)
    vocabulary = _vocabulary(before, after)
    found = consequences(before, after, today)
    called = callouts(
        before, after, rules, texts, found=found, today=today, outside=outside(changed, places), links=links
    )
    return Review(
        base,
        head,
        tuple(called),
        tuple(rules),
        tuple(texts),
        tuple(vocabulary),
        found,
        tuple(_their_own_first(changed_cards(before, after), rules, texts, after)),
        tuple(_silent(before, after, changed, places)),
        len(before.checked.errors),
        len(after.checked.errors),
        len(after.checked.warnings),
    )


def _their_own_first(
    cards: list[ChangedCard], rules: list[RuleChange], texts: list[TextChange], after: Snapshot
) -> list[ChangedCard]:
    """Those that were written anew stand before the many that only name a changed contact."""
    if after.book is None:
        return cards
    written, reworded = {rule.after for rule in rules}, {(text.region, text.message) for text in texts}
    messages = {card.rule_id: after.book.rule(card.rule_id).message for card in cards}

    def inherits(card: ChangedCard) -> bool:
        region = card.rule_id.partition("/")[0]
        return card.rule_id not in written and (region, messages[card.rule_id]) not in reworded

    return sorted(cards, key=inherits)


def _vocabulary(before: Snapshot, after: Snapshot) -> list[EntryChange]:
    pairs = (
        ("facts.yaml", before.drafts.facts, after.drafts.facts),
        ("typologies.yaml", before.drafts.typologies, after.drafts.typologies),
    )
    return [
        change
        for name, old, new in pairs
        for change in entry_changes(
            (old.document.data if old else None) or {}, (new.document.data if new else None) or {}, (name,)
        )
    ]


def _silent(before: Snapshot, after: Snapshot, changed: list[str], places: Places) -> list[str]:
    old, new = ({each.path: each.document for each in side.drafts.every()} for side in (before, after))
    return [
        path
        for path in changed
        if places.holds(path) and path in old and path in new and old[path].data == new[path].data is not None
    ]
