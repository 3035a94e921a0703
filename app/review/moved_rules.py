"""Finds rules that moved: removed under one id and added under another."""

from collections.abc import Iterator, Mapping

from app.authoring.drafts import RuleDraft
from app.review.moved_files import moved_files

Rules = Mapping[str, RuleDraft]  # by id


def moved_rules(before: Rules, after: Rules) -> Iterator[tuple[str, str]]:
    """Each removed rule that moved, with the added rule most similar to it."""
    return moved_files(_texts(before), _texts(after))


def _texts(rules: Rules) -> dict[str, str]:
    return {rule_id: rule.document.text for rule_id, rule in rules.items()}
