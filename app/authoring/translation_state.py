"""Which texts were made from an earlier version of the text that they translate.

As gettext's `fuzzy`, with the hash of the source in place of the source: docs/decisions/0022.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

import orjson

from app.authoring.drafts import Drafts, TextDraft
from app.authoring.fields import HASH_DIGITS
from app.authoring.text_file import MessageForm, Origin


class State(StrEnum):
    CURRENT = "current"
    BEHIND = "behind"  # its source has changed since
    UNMARKED = "unmarked"  # it does not say what it was made from
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Translation:
    """A message in one language. `origin` is what it would say if it were made from its source as that is now."""

    region: str
    message: str
    language: str
    state: State
    origin: Origin


def translations(drafts: Drafts) -> Iterator[Translation]:
    """Every message in every language but the first of its region, and what the first says to be made from another.

    Leaves out what cannot be judged: texts that cannot be read, and a source that is not there.
    """
    for region, draft in sorted(drafts.regions.items()):
        for language in draft.parts.languages if draft.parts is not None else ():
            texts = drafts.texts.get((region, language))
            if texts is not None and texts.parts is not None:
                yield from translations_in(drafts, texts)


def translations_in(drafts: Drafts, texts: TextDraft) -> Iterator[Translation]:
    """Those of one file."""
    region = drafts.regions.get(texts.region)
    if region is None or region.parts is None or texts.parts is None:
        return
    first = region.parts.languages[0]
    source = drafts.texts.get((texts.region, first))
    known = source.parts.messages if source is not None and source.parts is not None else {}
    for name in dict.fromkeys((*known, *texts.parts.messages)):
        message = texts.parts.messages.get(name)
        made_from = message.from_ if message is not None else None
        origin = _origin(drafts, texts, name, made_from.language if made_from else first)
        if origin is not None:
            yield Translation(texts.region, name, texts.language, _state(message, origin), origin)


def text_hash(message: MessageForm) -> str:
    """The hash of everything that a translator sees, however its lines are broken."""
    seen = message.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True, exclude={"from_", "accept"})
    return sha256(orjson.dumps(_one_line(seen), option=orjson.OPT_SORT_KEYS)).hexdigest()[:HASH_DIGITS]


def _state(message: MessageForm | None, origin: Origin) -> State:
    if message is None:
        return State.MISSING
    if message.from_ is None:
        return State.UNMARKED
    return State.CURRENT if message.from_ == origin else State.BEHIND


def _origin(drafts: Drafts, texts: TextDraft, name: str, language: str) -> Origin | None:
    source = drafts.texts.get((texts.region, language))
    if language == texts.language or source is None or source.parts is None:
        return None
    message = source.parts.messages.get(name)
    if message is None or not source.certain(("messages", name)):
        return None
    return Origin(language=language, text=text_hash(message))


def _one_line(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list):
        return [_one_line(each) for each in value]
    return {key: _one_line(each) for key, each in value.items()} if isinstance(value, dict) else value
