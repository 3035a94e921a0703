"""Blanks: the places of a template that its author has not filled in."""

from app.authoring.text_file import MessageForm, VariantForm
from app.bundle.record import BLANK


def is_blank(text: str) -> bool:
    return BLANK in text


def has_blank(message: MessageForm) -> bool:
    """Whether part of a message is still to be written: then the checks of style say nothing."""
    wordings: list[MessageForm | VariantForm] = [message, *message.variants.values()]
    return any(
        is_blank(text)
        for wording in wordings
        for text in (wording.title or "", *(wording.body or ()), *(wording.questions or ()))
    )
