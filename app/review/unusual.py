"""What is out of the usual in a new or changed rule, compared with the rules of every region before the change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.authoring.rule_file import RuleFile
from app.domain.rule import ACKNOWLEDGEMENTS, DEFAULT_PRESENTATION, MODES, Presentation, Severity
from app.review.callout_groups import Finding, gathered
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import describe_presentation, format_yaml_value


def unusual(found: Difference) -> Iterator[Callout]:
    yield from gathered(CalloutKind.UNUSUAL, _findings(found), "rule")


@dataclass(frozen=True, slots=True)
class _Usual:
    """What rules had before: every priority, and the presentations of one severity."""

    priorities: list[int]
    presentations: list[Presentation]

    @classmethod
    def of(cls, rules: Iterable[RuleFile], severity: str) -> "_Usual":
        every = list(rules)
        alike = [rule.full_presentation for rule in every if rule.severity == severity]
        return cls([rule.priority for rule in every], [*alike, DEFAULT_PRESENTATION[Severity[severity.upper()]]])


def _findings(found: Difference) -> Iterator[Finding]:
    shipped = [rule.form for rule in found.before.drafts.rules.values() if rule.form is not None]
    for change in found.rules:
        old, new = found.before.form(change.before or ""), found.after.form(change.after or "")
        if new is None:
            continue
        for what, before, after in _of_rule(old, new, _Usual.of(shipped, new.severity)):
            yield Finding(what, change.rule_id.partition("/")[0], change.rule_id, before, after, change.path)


def _of_rule(old: RuleFile | None, new: RuleFile, usual: _Usual) -> Iterator[tuple[str, str | None, str]]:
    if old is not None and old.typology != new.typology:
        yield "the kind of scam changes", old.typology, new.typology
    highest = max(usual.priorities, default=None)
    if highest is not None and new.priority > highest and (old is None or old.priority != new.priority):
        yield f"the highest priority before was {format_yaml_value(highest)}", _of(old), f"priority {new.priority:,}"
    was, becomes = old.full_presentation if old is not None else None, new.full_presentation
    if was != becomes:
        yield from _presentation(was, becomes, usual.presentations, new.severity)


def _of(old: RuleFile | None) -> str | None:
    return None if old is None else f"priority {old.priority:,}"


def _presentation(
    was: Presentation | None, becomes: Presentation, usual: list[Presentation], severity: str
) -> Iterator[tuple[str, str | None, str]]:
    before, after = None if was is None else _in_words(was), _in_words(becomes)
    longest = max(each.min_display_seconds for each in usual)
    if becomes.min_display_seconds > longest:
        yield f"no warning of severity {severity} made users wait longer than {longest} s", before, after
    if was is None and _is_below(becomes, usual):
        yield f"easier to overlook than any warning of severity {severity}", before, after


def _is_below(shown: Presentation, usual: list[Presentation]) -> bool:
    """Whether any part of it is milder than in every usual presentation. Only for new rules: see `weakening`."""
    return (
        MODES.index(shown.mode) < min(MODES.index(each.mode) for each in usual)
        or ACKNOWLEDGEMENTS.index(shown.acknowledge) < min(ACKNOWLEDGEMENTS.index(each.acknowledge) for each in usual)
        or shown.min_display_seconds < min(each.min_display_seconds for each in usual)
    )


def _in_words(shown: Presentation) -> str:
    return describe_presentation(shown.mode, shown.min_display_seconds, shown.acknowledge)
