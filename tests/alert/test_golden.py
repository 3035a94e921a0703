"""clients/golden holds every front end to one screen, here the web component. docs/native.md explains the files."""

import json
from contextlib import suppress
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from selenium.common.exceptions import TimeoutException

from tests.console.browser import Browser
from tests.deployment import ROOT

Case = dict[str, Any]
State = dict[str, Any]

CASES: dict[str, Case] = {
    file.stem: json.loads(file.read_text()) for file in sorted((ROOT / "clients/golden").iterdir())
}
DRAWN = [pytest.param(case, id=name) for name, case in CASES.items() if "drawn" in case]

ICONS = json.loads((ROOT / "clients/icons.json").read_text())

COMPONENT = (ROOT / "clients/web/dist/forewarn-alert.all.js").read_text()
PAGE = "data:text/html,<!doctype html><meta name=viewport content='width=device-width'><main></main>"
SHADOW = "document.querySelector('forewarn-alert').shadowRoot"

# The page's clock stands still until the test moves it, in steps that the component takes for real time. It is behind
# by more than all tests move it, so that no input comes too early.
_PAGE = """
let clock = performance.now() - 1e6;
performance.now = () => clock;
window.show = (alert) => {
  document.querySelector("forewarn-alert")?.remove();
  const heard = (window.said = []);
  const element = document.createElement("forewarn-alert");
  for (const kind of ["outcome", "error"]) {
    element.addEventListener(`forewarn-${kind}`, ({ detail }) => heard.push(detail.outcome ?? detail.reason));
  }
  element.alert = alert;
  document.querySelector("main").append(element);
};
const look = () => document.dispatchEvent(new Event("visibilitychange"));
window.pass = (seconds) => {
  for (let step = 0; step < seconds * 4; step++) {
    clock += 250;
    look();
  }
};
window.readToEnd = () => {
  const panel = document.querySelector("forewarn-alert").shadowRoot.querySelector(".alert");
  panel.scrollTop = panel.scrollHeight;
  look();
};
"""

_NODES = (
    """
const roles = {".title": "heading", ".body p": "text", ".questions li": "question", ".source": "source",
  ".notice": "notice", "button": "button", "a": "link", "input": "checkbox", ".wait": "timer"};
const text = (node) => node.textContent.trim();
return [..."""
    + SHADOW
    + """.querySelectorAll(Object.keys(roles))].map((node) => {
  const role = Object.entries(roles).find(([selector]) => node.matches(selector))[1];
  if (role === "timer") return {role};
  if (role === "checkbox") return {role, action: "acknowledge", text: text(node.closest("label"))};
  const action = node.dataset.kind;
  if (role === "button") return {role, action, text: text(node)};
  if (role !== "link") return {role, text: text(node)};
  const detail = node.querySelector(".detail");
  return {role, action, text: text(node.querySelector("span")), ...(detail && {detail: text(detail)}),
    target: node.getAttribute("href")};
});
"""
)

_IN_SIGHT = f"""
const root = {SHADOW};
return [...root.querySelectorAll("[data-kind]")].filter((node) => {{
  const {{ left, right, top, bottom }} = node.getBoundingClientRect();
  const hits = (y) => node.contains(root.elementFromPoint((left + right) / 2, y));
  return top >= 0 && bottom <= innerHeight && hits(top + 3) && hits(bottom - 3);
}}).map((node) => node.dataset.kind);
"""

_LOOKS = f"""
const panel = {SHADOW}.querySelector(".alert");
const one = (names) => names.find((name) => panel.classList.contains(name));
return {{
  mode: one(["is-banner", "is-dialog", "is-interstitial"]).slice(3),
  severity: one(["info", "caution", "high", "critical"]),
  language: panel.getAttribute("lang"),
  direction: getComputedStyle(panel).direction,
  icon: [...panel.querySelectorAll(".icon path")].map((path) => path.getAttribute("d")),
}};
"""

# Whether a control is enabled: it is there, and nothing says that it is not.
_STATE = f"""
const root = {SHADOW};
const controls = {{ acknowledge: root.querySelector("input"), proceed: root.querySelector(".proceed") }};
return {{
  enabled: Object.keys(controls).filter((name) => controls[name] && controls[name].ariaDisabled !== "true"),
  ticked: controls.acknowledge?.checked ?? false,
  says: root.querySelector(".wait").textContent,
}};
"""

# A link leads nowhere here: where it leads was compared.
_PRESS = f"""
const node = {SHADOW}.querySelector(`[data-kind="${{arguments[0]}}"]`);
node.removeAttribute("href");
node.click();
"""


def draw(page: Browser, case: Case) -> None:
    """Anew, in place of what was drawn before."""
    page.run("show(arguments[0])", case["alert"])
    page.wait(lambda: heard(page))


def heard(page: Browser) -> list[str]:
    """Outcomes and reasons of errors."""
    said: list[str] = page.run("return said")
    return said


def is_open(page: Browser) -> bool:
    return bool(page.run(f"return !!{SHADOW}.querySelector('.alert')"))


def reach(page: Browser, state: State, before: State | None = None) -> None:
    """The user does what leads from one state to the next, or from the beginning."""
    page.run("pass(arguments[0])", state["seconds"] - (before["seconds"] if before else 0))
    if state["seen"] and not (before and before["seen"]):
        page.run("readToEnd()")
    if state["ticked"] != (before["ticked"] if before else False):
        page.run(f"{SHADOW}.querySelector('input').click()")


def nodes(case: Case) -> list[dict[str, Any]]:
    """What can be seen of each, and not what it does."""
    seen = ("role", "action", "text", "detail", "target")
    return [{key: node[key] for key in seen if key in node} for node in case["nodes"]]


def possible(state: State) -> State:
    return {key: state[key] for key in ("enabled", "ticked", "says")}


@pytest.fixture(scope="module")
def phone(one_browser: Browser) -> Browser:
    """One page on a small phone for all cases."""
    one_browser.looks(dark=False, width=360, height=560)
    one_browser.open(PAGE)
    one_browser.run(_PAGE + COMPONENT)
    return one_browser


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_file_fits_its_schema(case: Case) -> None:
    schema = json.loads((ROOT / "schemas/golden.json").read_text())

    assert [error.message for error in Draft202012Validator(schema).iter_errors(case)] == []


@pytest.mark.parametrize("case", DRAWN)
def test_the_screen_is_the_one_of_the_file(phone: Browser, case: Case) -> None:
    draw(phone, case)
    in_sight = {node["action"] for node in case["nodes"] if node.get("in_sight")}
    with suppress(TimeoutException):  # the words of a language come later, and a dialog moves up
        phone.wait(lambda: phone.run(_NODES) == nodes(case) and in_sight <= set(phone.run(_IN_SIGHT)), timeout=5)

    assert phone.run(_NODES) == nodes(case)
    assert phone.run(_LOOKS) == {
        **{key: case["drawn"][key] for key in ("mode", "severity", "language", "direction")},
        "icon": ICONS[case["drawn"]["icon"]]["paths"],
    }
    assert in_sight <= set(phone.run(_IN_SIGHT))


@pytest.mark.parametrize("case", DRAWN)
def test_each_state_of_the_file_allows_and_says_what_it_should(phone: Browser, case: Case) -> None:
    draw(phone, case)
    before = None
    for state in case["states"]:
        reach(phone, state, before)
        before = state
        with suppress(TimeoutException):
            phone.wait(lambda now=state: phone.run(_STATE) == possible(now), timeout=5)

        assert phone.run(_STATE) == possible(state), state


@pytest.mark.parametrize("case", DRAWN)
def test_each_input_has_the_outcome_of_the_file(phone: Browser, case: Case) -> None:
    """Of two inputs with one outcome, the first has it."""
    inputs = [node for node in case["nodes"] if "outcome" in node]
    staying = [node for node in inputs if not node["closes"]]
    draw(phone, case)
    for node in staying:
        phone.run(_PRESS, node["action"])

    assert heard(phone) == ["shown", *dict.fromkeys(node["outcome"] for node in staying)]
    assert is_open(phone)
    for node in inputs:
        if node["closes"]:
            draw(phone, case)
            if node["action"] == "proceed":
                reach(phone, next(state for state in case["states"] if "proceed" in state["enabled"]))
            phone.run(_PRESS, node["action"])

            assert heard(phone) == ["shown", node["outcome"]]
            assert not is_open(phone)
    draw(phone, case)
    phone.run("document.querySelector('forewarn-alert').remove()")

    assert heard(phone) == ["shown", case["leaving"]]


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items() if "error" in case])
def test_what_cannot_be_drawn_says_why(phone: Browser, case: Case) -> None:
    draw(phone, case)

    assert heard(phone) == [case["error"]]
    assert not is_open(phone)
