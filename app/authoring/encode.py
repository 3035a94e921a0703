"""Encodes checked drafts as a bundle: the same sources make the same bytes, in whatever order they were read.

`app.bundle` reads it back.
"""

from collections.abc import Iterator
from dataclasses import asdict

import orjson
from pydantic.main import IncEx

from app.authoring.drafts import Drafts, RuleDraft, TextDraft
from app.authoring.fields import Form
from app.bundle.condition_source import source_of
from app.bundle.record import FORMAT
from app.domain.condition import ALWAYS
from app.domain.rule import Severity

Line = dict[str, object]

# For authors and reviewers; workers do not need it.
_ACCEPT = "accept"
_ORIGIN = "from_"
# A worker of an earlier build refuses a bundle with entries that it does not know.
_RANGE = {"__all__": {"min", "max"}}


def encode(drafts: Drafts) -> bytes:
    """Canonical JSON Lines. Raises ValueError where a draft is not valid: check first."""
    lines = [*_header(drafts), *_regions(drafts), *_texts(drafts), *_rules(drafts)]
    return b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE) for line in lines)


def _header(drafts: Drafts) -> Iterator[Line]:
    if drafts.facts is None or drafts.typologies is None:
        raise ValueError("a bundle needs facts.yaml and typologies.yaml")
    facts = _plain(drafts.facts.form, exclude=dict.fromkeys(("facts", "attributes"), _RANGE))
    typologies = _plain(drafts.typologies.form)["typologies"]
    yield {
        "kind": "header",
        "format": FORMAT,
        "facts": facts["facts"],
        "attributes": facts.get("attributes", {}),
        "typologies": typologies,
    }


def _regions(drafts: Drafts) -> Iterator[Line]:
    for region, draft in sorted(drafts.regions.items()):
        yield {"kind": "region", "id": region, **_plain(draft.form, exclude={_ACCEPT})}


def _texts(drafts: Drafts) -> Iterator[Line]:
    """Leaves out the texts of a folder that is not a region; a check warns of those."""
    ours = [draft for _, draft in sorted(drafts.texts.items()) if draft.region in drafts.regions]
    yield from (_shared(draft) for draft in ours)
    for draft in ours:
        yield from _messages(draft)


def _shared(draft: TextDraft) -> Line:
    return {"kind": "texts", "region": draft.region, **_plain(draft.form, exclude={"messages", _ACCEPT})}


def _messages(draft: TextDraft) -> Iterator[Line]:
    if draft.form is None:
        raise ValueError(f"{draft.path} is not valid")
    for name, message in sorted(draft.form.messages.items()):
        yield {
            "kind": "message",
            "region": draft.region,
            "language": draft.form.language,
            "name": name,
            **_plain(message, exclude={_ACCEPT, _ORIGIN}),
        }


def _rules(drafts: Drafts) -> Iterator[Line]:
    """By region, then by precedence."""
    yield from (line for _, line in sorted(map(_rule, drafts.rules.values()), key=lambda keyed: keyed[0]))


def _rule(draft: RuleDraft) -> tuple[tuple[str, int, int, str], Line]:
    form = draft.form
    if form is None:
        raise ValueError(f"{draft.path} is not valid")
    severity = Severity[form.severity.upper()]
    line = {"kind": "rule", "id": draft.id, **_plain(form, exclude={"examples", "when", "presentation", _ACCEPT})}
    line["presentation"] = asdict(form.full_presentation)
    if draft.when.clause != ALWAYS:
        line["when"] = source_of(draft.when.clause)
    return (draft.region, -severity, -form.priority, draft.id), line


def _plain(form: Form | None, exclude: IncEx | None = None) -> Line:
    """Leaves out defaults, so that a default that is written out changes nothing."""
    if form is None:
        raise ValueError("a draft is not valid")
    return form.model_dump(by_alias=True, exclude_defaults=True, exclude_none=True, exclude=exclude)
