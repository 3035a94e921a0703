"""A message's record to the domain: every variant whole, and every placeholder one that can be filled."""

from collections.abc import Collection, Mapping

from app.bundle.record import BLANK, Labels, MessageRecord, VariantRecord
from app.bundle.refusal import BundleError
from app.domain.message import TEXT_FACTS, Template, Wording

Templates = Mapping[str, Template]


def label_templates(labels: Labels) -> Templates:
    """Raises TemplateError, as do the other functions that make templates."""
    return {action: _parsed(label) for action, label in labels.items()}


def first_wording(record: MessageRecord, defaults: Templates) -> Wording:
    return Wording(_parsed(record.title), _all(record.body), _all(record.questions), _labels(defaults, record.actions))


def override(first: Wording, variant: VariantRecord) -> Wording:
    """What a variant leaves out is the first wording's very object."""
    return Wording(
        first.title if variant.title is None else _parsed(variant.title),
        first.body if variant.body is None else _all(variant.body),
        first.questions if variant.questions is None else _all(variant.questions),
        _labels(first.labels, variant.actions),
    )


def refuse_unshowable(wording: Wording, contacts: Collection[str], actions: Collection[str]) -> None:
    """Raises BundleError where an alert could show a gap: `contacts` can be named, `actions` need a label."""
    for action in actions:
        if action not in wording.labels:
            raise BundleError(f"no label for `{action}`")
    refuse_unfilled_labels(wording.labels, contacts)
    _refuse_names("the title", wording.title, contacts)
    for text in (*wording.body, *wording.questions):
        for name in text.names:
            if name not in TEXT_FACTS and name not in contacts:
                raise BundleError(f"{{{name}}} is neither a fact nor a verified contact of the region")
    if all(any(name in TEXT_FACTS for name in text.names) for text in wording.body):
        raise BundleError("every paragraph names a fact, so an alert may have none of them")


def refuse_unfilled_labels(labels: Templates, contacts: Collection[str]) -> None:
    """Raises BundleError."""
    for action, label in labels.items():
        _refuse_names(f"the label `{action}`", label, contacts)


def _refuse_names(what: str, text: Template, contacts: Collection[str]) -> None:
    for name in text.names:
        if name not in contacts:
            raise BundleError(f"{what} cannot name {{{name}}}: only verified contacts always have a value")


def _labels(inherited: Templates, own: Labels) -> Templates:
    return {**inherited, **label_templates(own)} if own else inherited


def _all(texts: list[str]) -> tuple[Template, ...]:
    return tuple(_parsed(text) for text in texts)


def _parsed(text: str) -> Template:
    if BLANK in text:
        raise BundleError(f"nobody has written this text yet: {text[:40]!r}")
    return Template.parse(text)
