"""Texts that change in some languages of their region and stay as they were in others."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from app.review.callout_groups import listed
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.text_changes import DEFAULTS, data_of, sections_of
from app.review.text_meaning import moved_words


def lone_languages(found: Difference) -> Iterator[Callout]:
    """One for each set of languages of a region; the messages stand on its line."""
    groups: defaultdict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = defaultdict(list)
    for (region, message), changed in _changed(found).items():
        others = [language for language in _languages(found, region, message) if language not in changed]
        if others and _languages(found, region, message) != others:
            groups[region, tuple(changed), tuple(others)].append(message or "the buttons of every message")
    for (region, changed_in, same_in), messages in groups.items():
        what = f"{region}: changed in {', '.join(changed_in)} but not in {', '.join(same_in)}: {listed(messages)}"
        path = found.after.drafts.texts[region, changed_in[0]].path
        left_behind = _first_language(found, region) in changed_in
        yield Callout(CalloutKind.BEHIND if left_behind else CalloutKind.LANGUAGES, what, path=path)


def _first_language(found: Difference, region: str) -> str | None:
    """The one from which the others are translated."""
    draft = found.after.drafts.regions.get(region)
    return draft.parts.languages[0] if draft is not None and draft.parts is not None else None


def _changed(found: Difference) -> Mapping[tuple[str, str], dict[str, None]]:
    """The languages in which words of a message changed, by region and message."""
    languages: defaultdict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for change in found.texts:
        if moved_words(change) and change.language in _languages(found, change.region, change.message):
            languages[change.region, change.message][change.language] = None
    return languages


def _languages(found: Difference, region: str, message: str) -> list[str]:
    """The languages that have the message on both sides."""
    before, after = found.before.drafts.texts, found.after.drafts.texts
    return [
        language
        for (of, language), texts in sorted(before.items())
        if of == region and (of, language) in after
        if message == DEFAULTS
        or (sections_of(data_of(texts), message) and sections_of(data_of(after[of, language]), message))
    ]
