"""Where a rule warns less than before: a milder severity, less friction, a shorter period, another text."""

from collections.abc import Iterator
from datetime import date

from app.authoring.fields import day
from app.authoring.rule_file import RuleFile
from app.domain.rule import ACKNOWLEDGEMENTS, MODES, Presentation, Severity
from app.review.rule_sentences import describe_period, describe_presentation

# What became weaker, its value before and after.
Weakening = tuple[str, str, str]


def weakenings(before: RuleFile, after: RuleFile, today: date) -> Iterator[Weakening]:
    """For a rule that exists on both sides."""
    severities = Severity[before.severity.upper()], Severity[after.severity.upper()]
    if severities[1] < severities[0]:
        yield "is less severe", before.severity, after.severity
    old, new = before.full_presentation, after.full_presentation
    if (
        MODES.index(new.mode) < MODES.index(old.mode)
        or new.min_display_seconds < old.min_display_seconds
        or ACKNOWLEDGEMENTS.index(new.acknowledge) < ACKNOWLEDGEMENTS.index(old.acknowledge)
    ):
        yield "is easier to overlook", _in_words(old), _in_words(new)
    if begins(after, today) > begins(before, today) or _ends(after) < _ends(before):
        yield "applies for a shorter period", describe_period(before), describe_period(after)
    if before.message != after.message:
        yield "shows another text", before.message, after.message


def _in_words(presentation: Presentation) -> str:
    return describe_presentation(presentation.mode, presentation.min_display_seconds, presentation.acknowledge)


def is_shown_on(rule: RuleFile, today: date) -> bool:
    return rule.enabled and begins(rule, today) == today < _ends(rule)


def begins(rule: RuleFile, today: date) -> date:
    """All past days count as today: the rule has begun."""
    return max(today, day(rule.active.since)) if rule.active.since is not None else today


def _ends(rule: RuleFile) -> date:
    return day(rule.active.until) if rule.active.until is not None else date.max
