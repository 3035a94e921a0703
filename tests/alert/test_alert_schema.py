"""schemas/alert.json is what a client can rely on, schemas/alert-written.json what this version writes."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.api.alert_schema import CLOSED, OPEN, schemas
from app.authoring.typologies_file import TypologiesFile
from app.authoring.yaml_reader import read
from app.preview.alert_cards import cards
from tests.deployment import FIXTURE
from tests.sample_rules import sample_rulebook

Alert = dict[str, Any]

_FILE = FIXTURE / "rules/typologies.yaml"
_MADE = schemas(TypologiesFile.model_validate(read(str(_FILE), _FILE.read_bytes()).data).typologies)
READS = Draft202012Validator(_MADE[OPEN])
WRITES = Draft202012Validator(_MADE[CLOSED])
ALERTS: list[Alert] = [
    {**card.alert} for rule in sample_rulebook().content.rules for card in cards(sample_rulebook(), rule)
]


def changed(change: Callable[[Alert], object]) -> Alert:
    """An alert of the fixture with every kind of action, after `change`."""
    alert = copy.deepcopy(next(each for each in ALERTS if len(each["actions"]) == 5))
    change(alert)
    return alert


@pytest.mark.parametrize("validator", [READS, WRITES], ids=["open", "closed"])
def test_every_alert_of_the_fixture_fits(validator: Draft202012Validator) -> None:
    validator.check_schema(validator.schema)

    assert [error.message for alert in ALERTS for error in validator.iter_errors(alert)] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda alert: alert.update(severity="grave"),
        lambda alert: alert.update(typology="lottery"),
        lambda alert: alert.update(text_status="reviewed"),
        lambda alert: alert.update(direction="ttb"),
        lambda alert: alert.update(image="https://police.example/badge.png"),
        lambda alert: alert["presentation"].update(mode="hologram"),
        lambda alert: alert["presentation"].update(acknowledge="signature"),
        lambda alert: alert["presentation"].update(min_display_seconds=90),
        lambda alert: alert["presentation"].update(sound="alarm"),
        lambda alert: alert["actions"][0].update(kind="chat"),
        lambda alert: alert["actions"][0].update(icon="shield"),
        lambda alert: alert["actions"].append({"kind": "chat", "label": "Chat", "url": "https://police.example"}),
    ],
)
def test_what_a_later_version_may_add_is_open_to_readers_and_closed_to_this_version(
    change: Callable[[Alert], object],
) -> None:
    alert = changed(change)

    assert READS.is_valid(alert)
    assert not WRITES.is_valid(alert)


@pytest.mark.parametrize(
    "change",
    [
        lambda alert: alert.pop("title"),
        lambda alert: alert.update(title=None),
        lambda alert: alert.update(body="one paragraph"),
        lambda alert: alert["actions"][0].pop("label"),
        lambda alert: alert["presentation"].update(min_display_seconds="10"),
    ],
)
def test_what_no_version_may_change_is_refused_by_both(change: Callable[[Alert], object]) -> None:
    alert = changed(change)

    assert not READS.is_valid(alert)
    assert not WRITES.is_valid(alert)


@pytest.mark.parametrize(
    "change",
    [
        lambda alert: alert.update(title=""),
        lambda alert: alert["actions"][0].update(url="https://police.example"),
        lambda alert: alert["actions"][1].pop("url"),
        lambda alert: alert["actions"][1].update(url="javascript:alert(1)"),
        lambda alert: alert["actions"][1].update(phone="18222"),
    ],
)
def test_this_version_writes_a_title_and_one_target_for_each_action_that_leads_somewhere(
    change: Callable[[Alert], object],
) -> None:
    assert not WRITES.is_valid(changed(change))


def test_readers_get_no_closed_list_of_words() -> None:
    """A generator makes a closed type of an `enum`, and fails at the first new word."""
    assert "enum" not in str(READS.schema)
