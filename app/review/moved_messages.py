"""Gives old texts the names that their messages have now, so that a renamed message is compared with its old texts."""

from collections.abc import Mapping
from dataclasses import replace

from app.authoring.drafts import Drafts, TextDraft
from app.review.moved_files import moved_files
from app.review.text_changes import data_of, sections_of


def with_moved_messages(before: Drafts, after: Drafts) -> Drafts:
    texts = {
        place: _renamed(old, after.texts[place]) if place in after.texts else old for place, old in before.texts.items()
    }
    return replace(before, texts=texts)


def _renamed(old: TextDraft, new: TextDraft) -> TextDraft:
    names = dict(moved_files(_messages(old), _messages(new)))
    if not names:
        return old
    data = dict(data_of(old))
    data["messages"] = {names.get(name, name): message for name, message in data["messages"].items()}
    return replace(old, document=replace(old.document, data=data))


def _messages(draft: TextDraft) -> Mapping[str, str]:
    """The texts of each message, one a line."""
    data = data_of(draft)
    messages = data.get("messages")
    names = messages if isinstance(messages, dict) else {}
    return {name: "\n".join(text for texts in sections_of(data, name).values() for text in texts) for name in names}
