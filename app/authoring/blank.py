"""What stands in a template where the author has yet to write."""

from app.authoring.text_file import MessageForm, VariantForm
from app.bundle.record import BLANK


def is_blank(text: str) -> bool:
    return BLANK in text


def has_blank(message: MessageForm) -> bool:
    """Whether some of a message is still to be written, so that nothing can be said of its style."""
    wordings: list[MessageForm | VariantForm] = [message, *message.variants.values()]
    return any(
        is_blank(text)
        for wording in wordings
        for text in (wording.title or "", *(wording.body or ()), *(wording.questions or ()))
    )
