"""The buttons of an alert."""

from app.domain.alert import actions
from app.domain.message import Template, Wording
from app.domain.region import ACTIONS, Contact, Region

DESK = Contact("desk", "18222", "https://police.example", verified=True)
PAGE = Contact("page", None, "https://police.example", verified=True)
LINE = Contact("line", "18222", None, verified=True)
WORDING = Wording(Template.parse("Stop"), (), (), {kind: Template.parse(kind) for kind in ACTIONS})


def buttons(wording: Wording = WORDING, **serving: str) -> list[str]:
    contacts = {contact.name: contact for contact in (DESK, PAGE, LINE)}
    region = Region("hk", "Hong Kong", "Police", None, ("en",), contacts=contacts, actions=serving)
    return [action["kind"] for action in actions(region, wording)]


def test_one_of_two_buttons_to_the_same_page_is_shown() -> None:
    assert buttons(review="page", report="page") == ["cancel", "review", "proceed"]


def test_two_contacts_with_one_page_are_one_place() -> None:
    assert buttons(review="page", report="desk") == ["cancel", "review", "proceed"]


def test_a_number_and_a_page_of_one_contact_are_two_places() -> None:
    assert buttons(call="desk", report="desk") == ["cancel", "call", "report", "proceed"]


def test_a_number_called_and_reported_to_is_one_place() -> None:
    assert buttons(call="line", report="line") == ["cancel", "call", "proceed"]


def test_an_action_without_a_label_takes_no_place_from_another() -> None:
    labels = {kind: label for kind, label in WORDING.labels.items() if kind != "review"}

    assert buttons(Wording(WORDING.title, (), (), labels), review="page", report="page") == [
        "cancel",
        "report",
        "proceed",
    ]
