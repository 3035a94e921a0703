"""Callouts of texts: what is or becomes official, and what the buttons say."""

from collections.abc import Iterator

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import format_yaml_value
from app.review.text_changes import BUTTON, data_of


def text_callouts(found: Difference) -> Iterator[Callout]:
    yield from _statuses(found)
    yield from _official(found)
    yield from _labels(found)


def _statuses(found: Difference) -> Iterator[Callout]:
    before, after = found.before.drafts.texts, found.after.drafts.texts
    for place in sorted(before.keys() | after.keys()):
        old, new = before.get(place), after.get(place)
        statuses = data_of(old).get("status"), data_of(new).get("status")
        if statuses[0] != statuses[1] and "official" in statuses:
            was, becomes = (None if status is None else format_yaml_value(status) for status in statuses)
            path = (new or old).path  # type: ignore[union-attr]  # one of them is there
            yield Callout(CalloutKind.OFFICIAL, f"{'/'.join(place)}: status", was, becomes, path)


def _official(found: Difference) -> Iterator[Callout]:
    """One for each message that is or was official; its words are listed below."""
    names = {
        f"{text.region}/{text.language}: {text.message or 'the buttons of every message'}": text.path
        for text in found.texts
        if text.official
    }
    for name, path in names.items():
        yield Callout(CalloutKind.OFFICIAL, f"{name}: the text changed", path=path)


def _labels(found: Difference) -> Iterator[Callout]:
    """One changed word makes a button that says Cancel but proceeds."""
    for text in found.texts:
        if BUTTON in text.part and (text.before is not None or text.after is not None):
            where = f"{text.region}/{text.language}: {text.message or 'every message'}: {text.part}"
            yield Callout(CalloutKind.ACTIONS, where, text.before, text.after, text.path)
