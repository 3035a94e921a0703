"""A review: everything a reviewer needs to know about a change to rules and texts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.review.backtest_figures import Backtest
from app.review.callout_kinds import Callout
from app.review.callouts import callouts
from app.review.changed_alerts import ChangedAlert, changed_alerts
from app.review.consequences import Consequences, consequences
from app.review.difference import Difference
from app.review.marked_texts import MarkedText, marked_texts
from app.review.moved_messages import with_moved_messages
from app.review.rule_changes import RuleChange, rule_changes
from app.review.rule_sentences import plural
from app.review.snapshot import FolderPaths, Snapshot
from app.review.text_changes import TextChange, text_changes
from app.review.text_meaning import meanings, only_space
from app.review.yaml_diff import EntryChange, entry_changes


@dataclass(frozen=True, slots=True)
class Review:
    """`spaced` are texts in which only white space changed.

    `errors_before` and `errors_after` count errors of `check`; files with errors cannot be loaded.

    `vocabulary` are changes to facts.yaml and typologies.yaml; `silent` are files in which only layout or comments
    changed. `marked` are new sentences that a person reads first. `backtest` is None where nothing was replayed;
    `no_backtest` then says why. `dataset_named`: somebody said where the recorded withdrawals are.
    """

    base: str
    head: str
    callouts: tuple[Callout, ...]
    rules: tuple[RuleChange, ...]
    texts: tuple[TextChange, ...]
    spaced: tuple[TextChange, ...]
    vocabulary: tuple[EntryChange, ...]
    consequences: Consequences
    cards: tuple[ChangedAlert, ...]
    silent: tuple[str, ...]
    errors_before: int
    errors_after: int
    backtest: Backtest | None = None
    no_backtest: str | None = None
    dataset_named: bool = True
    marked: tuple[MarkedText, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        changes = self.callouts or self.rules or self.texts or self.spaced or self.vocabulary or self.cards
        return not changes and self.errors_before == self.errors_after

    @property
    def decides_otherwise(self) -> bool:
        """Whether other withdrawals may get a warning, or the same ones another."""
        changed = (rule.conditions_changed or rule.changes_more_than_rationale for rule in self.rules)
        return bool(self.consequences.shown) or any(changed)

    @property
    def has_errors(self) -> bool:
        """On either side: then its alerts cannot be compared."""
        return bool(self.errors_before or self.errors_after)

    @property
    def size(self) -> str:
        """Such as `1 rule, 2 texts, 0 alerts`."""
        counts = (self.rules, "rule"), (self.texts, "text"), (self.cards, "alert")
        return ", ".join(plural(len(changes), noun) for changes, noun in counts)


def review(
    before: Snapshot,
    after: Snapshot,
    *,
    base: str,
    head: str,
    changed: list[str],
    links: list[str],
    places: FolderPaths,
    today: date,
) -> Review:
    """`changed` are the paths that differ according to git; `links` are those that are symbolic links now."""
    before = replace(before, drafts=with_moved_messages(before.drafts, after.drafts))
    rules = tuple(rule_changes(before, after))
    every_text = text_changes(before.drafts, after.drafts)
    spaced = tuple(text for text in every_text if only_space(text))
    texts = tuple(text for text in every_text if not only_space(text))
    vocabulary = tuple(_vocabulary(before, after))
    found = consequences(before, after, rules, today)
    outside = tuple(path for path in changed if not places.holds(path))
    difference = Difference(before, after, rules, texts, spaced, vocabulary, found, today, outside, tuple(links))
    return Review(
        base,
        head,
        tuple(callouts(difference)),
        rules,
        texts,
        spaced,
        vocabulary,
        found,
        tuple(_own_changes_first(changed_alerts(before, after), rules, texts, after)),
        tuple(_silent(before, after, changed, places)),
        len(before.checked.errors),
        len(after.checked.errors),
        marked=tuple(marked_texts(before.drafts, after.drafts, texts)),
    )


def _own_changes_first(
    cards: list[ChangedAlert], rules: Sequence[RuleChange], texts: Sequence[TextChange], after: Snapshot
) -> list[ChangedAlert]:
    """Alerts whose rule or text changed come before the many that only name a changed contact.

    Of these, the rules whose texts change the most come first, and in each the languages.
    """
    book = after.book
    if book is None:
        return cards
    changed = {rule.after for rule in rules}
    said: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for text, meaning in zip(texts, meanings(texts), strict=True):
        for place in ((text.region, text.message), (text.region, text.message, text.language)):
            said[place] = max(said[place], meaning)

    def message(card: ChangedAlert) -> tuple[str, str]:
        return card.rule_id.partition("/")[0], book.rule(card.rule_id).message

    def importance(card: ChangedAlert) -> tuple[bool, float, str, float]:
        place = message(card)
        return card.inherits, -said.get(place, 0), card.rule_id, -said.get((*place, card.language), 0)

    known = (replace(card, inherits=card.rule_id not in changed and message(card) not in said) for card in cards)
    return sorted(known, key=importance)


def _vocabulary(before: Snapshot, after: Snapshot) -> list[EntryChange]:
    pairs = (
        ("facts.yaml", before.drafts.facts, after.drafts.facts),
        ("typologies.yaml", before.drafts.typologies, after.drafts.typologies),
        ("languages.yaml", before.drafts.languages, after.drafts.languages),
    )
    return [
        change
        for name, old, new in pairs
        for change in entry_changes(
            (old.document.data if old else None) or {}, (new.document.data if new else None) or {}, (name,)
        )
    ]


def _silent(before: Snapshot, after: Snapshot, changed: list[str], places: FolderPaths) -> list[str]:
    old, new = ({each.path: each.document for each in side.drafts.every()} for side in (before, after))
    return [
        path
        for path in changed
        if places.holds(path) and path in old and path in new and old[path].data == new[path].data is not None
    ]
