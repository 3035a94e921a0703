"""The changed alerts of a review, drawn as blocks of HTML for a GitHub comment."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from app.checks.output.markdown import code, details, plain
from app.review.changed_alerts import ChangedAlert
from app.review.comment_sections import Block
from app.review.rule_sentences import plural


def alert_blocks(cards: Sequence[ChangedAlert]) -> Iterator[Block]:
    """Of alerts that only inherit a change, such as a contact's, one for each region and language."""
    own = [card for card in cards if not card.inherits]
    for _, group in groupby(own, key=lambda card: card.rule_id):
        for place, card in enumerate(group):
            yield Block(_block(card, opened=place == 0), (_place(card),))
    inherited: defaultdict[str, list[ChangedAlert]] = defaultdict(list)
    for card in cards:
        if card.inherits:
            inherited[_place(card)].append(card)
    for place_name, (first, *others) in inherited.items():
        more = f"<br>and {plural(len(others), 'more alert')} that {_name(len(others))} it" if others else ""
        yield Block(_block(first, opened=False) + more, (place_name,))


def _place(card: ChangedAlert) -> str:
    return f"{card.rule_id.partition('/')[0]}/{card.language}"


def _name(count: int) -> str:
    return "names" if count == 1 else "name"


def _block(card: ChangedAlert, *, opened: bool) -> str:
    """One block of HTML without an empty line, so that it contains no Markdown."""
    alert = card.alert
    variant = f", variant {plain(card.variant)}" if card.variant else ""
    new = ", new" if card.new else ""
    label = f"{code(card.rule_id)} in {code(card.language)}{variant}: {plain(alert['severity'])}{new}"
    sides = f'lang="{plain(card.language)}" dir="{plain(alert["direction"])}"'
    shown = [
        f"<strong>{plain(alert['title'])}</strong>",
        *(plain(paragraph) for paragraph in alert["body"]),
        *(f"• {plain(question)}" for question in alert["questions"]),
        " ".join(f"<kbd>{_action(action)}</kbd>" for action in alert["actions"]),
    ]
    source = f"; shown as from {plain(alert['source'])}" if alert["source"] else ""
    below = f"<sub>text status: {plain(alert['text_status'])}{source}; {_presentation(alert['presentation'])}</sub>"
    body = f"<blockquote {sides}>{'<br><br>'.join(shown)}</blockquote>{below}"
    return details(label, body, opened=opened)


def _action(action: dict[str, Any]) -> str:
    leads = action.get("phone") or action.get("url")
    return plain(action["label"]) + (f" ({plain(leads)})" if leads else "")


def _presentation(presentation: dict[str, Any]) -> str:
    wait = f", {presentation['min_display_seconds']} s wait" if presentation["min_display_seconds"] else ""
    box = ", a checkbox" if presentation["acknowledge"] == "checkbox" else ""
    return f"{plain(presentation['mode'])}{wait}{box}"
