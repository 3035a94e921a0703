"""Callouts of other titles and new sentences: first those of critical and high warnings, then those of mild ones.

Of a warning that nobody reads to its end, the title and the first paragraph are what is read; and a warning that keeps
every word is weaker beside a sentence that says the contrary.
"""

from collections.abc import Iterator

from app.domain.rule import Severity
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.marked_sentences import sentences_of
from app.review.sentence_pairs import has_new_clause, sentence_pairs
from app.review.snapshot import Snapshot
from app.review.text_changes import Sections, TextChange, data_of, sections_of
from app.review.text_meaning import by_meaning, joined, moved_words

_GRAVE = frozenset({Severity.HIGH.word, Severity.CRITICAL.word})
_TITLE = "title"
_PROSE = ("paragraph", "question")
_FIRST = frozenset({"paragraph", "paragraph 1"})


def new_sentences(found: Difference) -> Iterator[Callout]:
    """Those with the most change of meaning first. Where only punctuation changed, what is read first all the same."""
    grave = _grave_messages(found.before) | _grave_messages(found.after)
    changes = [change for change in found.texts if change.after and _old_sections(found, change)]
    for change in by_meaning(changes):
        kind = CalloutKind.GRAVE if (change.region, change.message) in grave else CalloutKind.MILD
        where = f"{change.region}/{change.language}: {change.message}"
        for before, after in _wordings(found, change, kind):
            yield Callout(kind, where, before, after, change.path)


def _grave_messages(snapshot: Snapshot) -> set[tuple[str, str]]:
    forms = ((rule.region, rule.form) for rule in snapshot.drafts.rules.values())
    return {(region, form.message) for region, form in forms if form is not None and form.severity in _GRAVE}


def _old_sections(found: Difference, change: TextChange) -> Sections:
    texts = found.before.drafts.texts.get((change.region, change.language))
    return sections_of(data_of(texts), change.message)


def _wordings(found: Difference, change: TextChange, kind: CalloutKind) -> Iterator[tuple[str | None, str]]:
    """What the change says anew, with the words before if it took their place."""
    after = change.after or ""
    if kind is CalloutKind.GRAVE and (change.part == _TITLE or change.part in _FIRST):
        yield change.before, after
    elif not moved_words(change):
        return
    elif change.part == _TITLE:
        yield change.before, after
    elif change.part.startswith(_PROSE):
        pairs = sentence_pairs(change.before or "", after)
        moved = {
            each for texts in _old_sections(found, change).values() for text in texts for each in sentences_of(text)
        }
        if new := joined(each for each in pairs.new if each not in moved):
            yield None, new
        yield from (pair for pair in pairs.reworded if has_new_clause(*pair))
