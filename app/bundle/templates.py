"""A message's form to the domain: every variant whole, its texts cut at their placeholders."""

from collections.abc import Mapping

from app.authoring.text_file import Labels, MessageCore, VariantForm
from app.domain.message import FIRST_VARIANT, Message, Template, Wording

Templates = Mapping[str, Template]


def label_templates(labels: Labels) -> Templates:
    """Raises TemplateError, as does `message_of`."""
    return {action: Template.parse(label) for action, label in labels.given().items()}


def message_of(form: MessageCore, defaults: Templates) -> Message:
    """What a variant does not say is the first wording's, and the very same object."""
    first = Wording(Template.parse(form.title), _all(form.body), _all(form.questions), _labels(defaults, form.actions))
    others = {name: _override(first, variant) for name, variant in sorted(form.variants.items())}
    return Message({FIRST_VARIANT: first, **others})


def _override(first: Wording, variant: VariantForm) -> Wording:
    return Wording(
        first.title if variant.title is None else Template.parse(variant.title),
        first.body if variant.body is None else _all(variant.body),
        first.questions if variant.questions is None else _all(variant.questions),
        _labels(first.labels, variant.actions),
    )


def _labels(inherited: Templates, own: Labels) -> Templates:
    templates = label_templates(own)
    return {**inherited, **templates} if templates else inherited


def _all(texts: list[str]) -> tuple[Template, ...]:
    return tuple(Template.parse(text) for text in texts)
