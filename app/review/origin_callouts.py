"""Translations whose author says anew what they were made from, and changes no word: nothing else shows that."""

from collections.abc import Iterator

from app.authoring.drafts import TextDraft
from app.authoring.text_file import MessageForm, Origin
from app.authoring.translation_state import text_hash
from app.review.callout_groups import listed
from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference


def origin_callouts(found: Difference) -> Iterator[Callout]:
    """One for each file and claim; the messages stand on its line."""
    for (region, language), texts in found.after.drafts.texts.items():
        before = found.before.drafts.texts.get((region, language))
        claims: dict[str, list[str]] = {}
        for name, old, new in _pairs(before, texts):
            if old.from_ != new.from_ and text_hash(old) == text_hash(new):
                claims.setdefault(_claim(new.from_), []).append(name)
        for claim, names in claims.items():
            yield Callout(CalloutKind.MARKED, f"{region}/{language}: {claim}: {listed(names)}", path=texts.path)


def _pairs(before: TextDraft | None, after: TextDraft) -> Iterator[tuple[str, MessageForm, MessageForm]]:
    if before is not None and before.parts is not None and after.parts is not None:
        for name, new in after.parts.messages.items():
            if name in before.parts.messages:
                yield name, before.parts.messages[name], new


def _claim(origin: Origin | None) -> str:
    if origin is None:
        return "no longer said to be made from another text"
    return f"said to fit the {origin.language} text as it is now"
