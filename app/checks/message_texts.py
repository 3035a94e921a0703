"""Checks that every text of a message can be shown: safe words, known placeholders, labelled buttons."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.region_file import RegionFile
from app.authoring.suggestions import did_you_mean, listing
from app.authoring.text_file import Labels, MessageForm, VariantForm
from app.checks.safe_text import readable, text_errors
from app.checks.stray_placeholders import stray_placeholders
from app.domain.message import FIRST_VARIANT, TEXT_FACTS, Template
from app.domain.region import ACTIONS


@dataclass(frozen=True, slots=True)
class Scope:
    """What the texts of a region can name, and which actions need a label."""

    verified: frozenset[str]
    unverified: frozenset[str]
    actions: frozenset[str]
    # Contacts that could not be read; a text that names one is not judged.
    unsure: frozenset[str] = frozenset()

    @classmethod
    def of(cls, region: RegionFile, unsure: frozenset[str] = frozenset()) -> Self:
        verified = region.verified()
        return cls(
            verified,
            frozenset(region.contacts) - verified,
            frozenset({"cancel", "proceed"} | set(region.actions.named())),
            unsure,
        )


def label_errors(labels: Labels, where: Path, scope: Scope | None) -> Iterator[Finding]:
    """Without a scope, only what is wrong in any region."""
    for action, label in labels.given().items():
        yield from _heading(label, (*where, action), scope)


def message_errors(message: MessageForm, where: Path, scope: Scope | None) -> Iterator[Iterator[Finding]]:
    """One part for each wording, so that a reader can pause between them."""
    yield _wording_errors(message, where, scope)
    for name, variant in message.variants.items():
        inside = (*where, "variants", name)
        if name == FIRST_VARIANT:
            hint = "name it b; the text above is variant a"
            yield iter((Finding(Code.BAD_VALUE, inside, "a variant cannot be named `a`", hint, Spot.KEY),))
        yield _wording_errors(variant, inside, scope)


def _wording_errors(wording: MessageForm | VariantForm, where: Path, scope: Scope | None) -> Iterator[Finding]:
    if wording.title is not None:
        yield from _heading(wording.title, (*where, "title"), scope)
    yield from _paragraphs(wording.body, wording.questions, where, scope)
    yield from label_errors(wording.actions, (*where, "actions"), scope)


def missing_labels(defaults: Labels, message: MessageForm, scope: Scope) -> list[str]:
    """The actions of this message's alert that have no label, in the order of the alert."""
    labelled = defaults.given().keys() | message.actions.given().keys()
    return [action for action in ACTIONS if action in scope.actions and action not in labelled]


def missing_label(labels: Iterable[str], where: Path) -> Finding:
    hint = "write them under `defaults: {actions: {...}}`, or in the message's own `actions`"
    return Finding(Code.MISSING_LABEL, where, f"no label for {listing(labels)}", hint, Spot.KEY)


def placeholders(text: str) -> tuple[str, ...]:
    """Empty if the braces cannot be parsed."""
    return Template.parse(text).names if readable(text) else ()


def _heading(text: str, where: Path, scope: Scope | None) -> Iterator[Finding]:
    """A title or label is always shown, so it cannot name a fact."""
    yield from _safe(text, where, scope)
    if "{" not in text:
        return
    for name in placeholders(text):
        if name in TEXT_FACTS:
            message = f"a title or label cannot name {{{name}}}: a withdrawal may not give it"
            yield Finding(Code.PLACEHOLDER, where, message, "name it in a paragraph", piece=f"{{{name}}}")
        else:
            yield from _contact(name, where, scope)


def _paragraphs(
    body: list[str] | None, questions: list[str] | None, where: Path, scope: Scope | None
) -> Iterator[Finding]:
    for field, texts in (("body", body or ()), ("questions", questions or ())):
        for i, text in enumerate(texts):
            yield from _safe(text, (*where, field, i), scope)
            if "{" in text:
                for name in placeholders(text):
                    if name not in TEXT_FACTS:
                        yield from _contact(name, (*where, field, i), scope)
    if body and not any(_always_shown(text) for text in body):
        message = (
            "every paragraph names a fact, and a paragraph is left out where the withdrawal does not give its fact"
        )
        yield Finding(Code.NO_PLAIN_PARAGRAPH, (*where, "body"), message, "write one without {amount} and the like")


def _always_shown(text: str) -> bool:
    return "{" not in text or not any(name in TEXT_FACTS for name in placeholders(text))


def _safe(text: str, where: Path, scope: Scope | None) -> Iterator[Finding]:
    """Of a placeholder in wrong brackets, only that: what else looks odd about it follows."""
    contacts = scope.verified | scope.unverified if scope is not None else frozenset()
    strays = list(stray_placeholders(text, {*TEXT_FACTS, *contacts}))
    for each in strays or text_errors(text):
        yield each.at(where)


def _contact(name: str, where: Path, scope: Scope | None) -> Iterator[Finding]:
    if scope is None or name in scope.verified or name in scope.unsure:
        return
    if name in scope.unverified:
        message = f"{{{name}}} is a contact that is not verified"
        advice = "verify it in region.yaml, or leave it out here"
        yield Finding(Code.UNVERIFIED_CONTACT, where, message, advice, piece=f"{{{name}}}")
    else:
        known = [*TEXT_FACTS, *sorted(scope.verified)]
        hint = (
            did_you_mean(name, known, at_most=0) or f"placeholders keep their names in every language: {listing(known)}"
        )
        message = f"{{{name}}} is neither a fact nor a contact of this region"
        yield Finding(Code.PLACEHOLDER, where, message, hint, piece=f"{{{name}}}")
