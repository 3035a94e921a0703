"""What a text loses: a contact, a question, a paragraph, a sentence that says how to be safe."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.checks.lexicon import Phrases, fold, lexicon
from app.checks.solicitations import is_question
from app.review.callout_groups import Finding, gathered
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.text_changes import DEFAULTS, Sections, TextChange, data_of, sections_of
from app.review.text_meaning import contacts_named, different_sentences, facts_named

# A part's name, and what its end is called.
_COUNTED = (("question", "a question is removed or asks nothing"), ("paragraph", "a paragraph is removed"))

# What a text lost, with the words before and after.
_Loss = tuple[str, str | None, str | None]


def text_losses(found: Difference) -> Iterator[Callout]:
    yield from gathered(CalloutKind.LOSSES, _losses(found), "text")


def _losses(found: Difference) -> Iterator[Finding]:
    """One by one for each message in each language that has it on both sides."""
    for (region, message, language), group in groupby(found.texts, _message):
        changes = list(group)
        sides = (data_of(side.drafts.texts.get((region, language))) for side in (found.before, found.after))
        old, new = (sections_of(data, message) for data in sides)
        if message != DEFAULTS and new:
            for what, before, after in (
                *_contacts(changes, old, new),
                *_fewer(old, new),
                *_safety(language, old, new),
                *_facts(changes),
            ):
                place = f"{region}/{language}: {message}"
                yield Finding(what, region, place, before, after, changes[0].path)


def _message(change: TextChange) -> tuple[str, str, str]:
    return change.region, change.message, change.language


def _contacts(changes: Sequence[TextChange], old: Sections, new: Sections) -> Iterator[_Loss]:
    """Contacts that one place exchanges for others, and contacts that the whole message no longer names."""
    exchanged: set[str] = set()
    for change in changes:
        was, becomes = Counter(contacts_named(change.before)), Counter(contacts_named(change.after))
        gone, came = was - becomes, becomes - was
        if gone and came:
            exchanged.update(gone)
            yield f"{_braces(gone)} → {_braces(came)}", *different_sentences(change.before, change.after)
        elif was == becomes and contacts_named(change.before) != contacts_named(change.after):
            yield f"{_braces(contacts_named(change.after))} in another order", change.before, change.after
    kept = {name for text in _texts(new) for name in contacts_named(text)}
    for name in dict.fromkeys(name for text in _texts(old) for name in contacts_named(text)):
        if name not in kept and name not in exchanged:
            yield f"{_braces([name])} is no longer named", None, None


def _facts(changes: Sequence[TextChange]) -> Iterator[_Loss]:
    """Facts that a text newly names: users whose exchange does not send them no longer get it."""
    for change in changes:
        came = [name for name in facts_named(change.after) if name not in facts_named(change.before)]
        if came and change.before is not None:
            what = f"is left out where {_braces(came)} is not known"
            yield what, *different_sentences(change.before, change.after)


def _braces(names: Iterable[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in names)


def _texts(sections: Sections) -> Iterator[str]:
    yield from (text for texts in sections.values() for text in texts)


def _fewer(old: Sections, new: Sections) -> Iterator[_Loss]:
    for part, texts in old.items():
        for noun, what in _COUNTED:
            # A variant without questions of its own shows those of the message.
            own = part == noun or (part.endswith(noun) and new.get(part))
            if own and _number(noun, new.get(part, [])) < _number(noun, texts):
                yield what, "\n".join(text for text in texts if text not in new.get(part, [])), None


def _number(noun: str, texts: Sequence[str]) -> int:
    """How many there are; a question that asks nothing is none."""
    return sum(1 for text in texts if noun != "question" or is_question(text))


def _safety(language: str, old: Sections, new: Sections) -> Iterator[_Loss]:
    """Fewer words for a safe action; nothing in a language without a word list."""
    words = lexicon(language)
    if words is None:
        return
    for part, texts in old.items():
        if part.endswith("paragraph") and new.get(part):
            was, becomes = (_safe_actions(side, words.safe) for side in (texts, new[part]))
            if _outweighed(was - becomes, becomes - was):
                yield "says less of what to do", *different_sentences("\n".join(texts), "\n".join(new[part]))


def _safe_actions(texts: Sequence[str], phrases: Phrases) -> Counter[str]:
    return Counter(match.group() for text in texts for match in phrases.pattern.finditer(fold(text)))


def _outweighed(gone: Counter[str], came: Counter[str]) -> bool:
    """Whether more went than came. `Call` is what is left of `end the call`, and replaces nothing."""
    replaced = sum(count for action, count in came.items() if not any(action in other for other in gone))
    return gone.total() > replaced
