"""An alert, rendered in the obvious, slow way.

The service answers from parts prepared when it compiled the bundle. Tests hold its bytes equal to what this renders.
"""

from collections.abc import Mapping
from dataclasses import asdict

from app.domain.message import Texts, Wording
from app.domain.region import ACTIONS, CONTACT_ACTIONS, Region
from app.domain.rule import Rule

OFFICIAL = "official"


def render(
    rule: Rule, region: Region, texts: Texts, variant: str | None, facts: Mapping[str, str]
) -> dict[str, object]:
    """The alert object of an answer.

    `region` owns the rule. `facts` are the text facts that the withdrawal gives (see `TEXT_FACTS`).
    """
    message = texts.messages[rule.message]
    wording = message.wordings[variant] if variant else next(iter(message.wordings.values()))
    values = {**region.verified_contacts(), **facts}
    return {
        "rule_id": rule.id,
        "region": region.code,
        "typology": rule.typology,
        "severity": rule.severity.word,
        "variant": variant,
        "language": texts.language,
        "direction": texts.direction,
        "text_status": texts.status,
        "source": region.source if texts.status == OFFICIAL else None,
        "title": wording.title.fill(values),
        "body": [text for part in wording.body if (text := part.fill(values)) is not None],
        "questions": [text for part in wording.questions if (text := part.fill(values)) is not None],
        "actions": actions(region, wording),
        "presentation": asdict(rule.presentation),
    }


def actions(region: Region, wording: Wording) -> list[dict[str, str]]:
    """The alert's actions, `cancel` first.

    One that needs a contact is left out unless the contact is verified, and where an action before it leads to the same
    place: two buttons would look like two choices.
    """
    contacts = region.verified_contacts()
    listed = []
    targets: list[dict[str, str]] = []
    for kind in ACTIONS:
        if kind not in wording.labels:
            continue
        target: dict[str, str] = {}
        if kind in CONTACT_ACTIONS:
            contact = region.contact_for(kind)
            if contact is None or (target := contact.target(kind)) in targets:
                continue
            targets.append(target)
        listed.append({"kind": kind, "label": wording.labels[kind].fill(contacts) or "", **target})
    return listed
