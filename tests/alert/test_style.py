"""What a page's styles can change about an alert: its font, its size and the tokens, nothing else."""

import json

import pytest
from selenium.webdriver.common.keys import Keys

from tests.alert.alert_page import HOST, ROOT, draw, in_both, inside, press, said
from tests.alert.exchange import PACKAGE
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser

TOKENS = json.loads((PACKAGE / "tokens.json").read_text())
COLOURS = [name for name in TOKENS["light"] if not name.startswith("$")]

_HOSTILE = """
  white-space: pre; text-transform: uppercase; letter-spacing: 5px; word-spacing: 20px; text-indent: 3em;
  line-height: 3; text-align: right; direction: rtl; color: rgb(255, 0, 255); font-weight: 900; font-style: italic;
  font-variant: small-caps; font-stretch: expanded; text-shadow: 2px 2px red; word-break: break-all; hyphens: auto;
  overflow-wrap: normal; line-break: anywhere; text-wrap: nowrap; cursor: wait; list-style: square inside;
  quotes: "<" ">"; tab-size: 20; border-spacing: 9px; border-collapse: collapse; caption-side: bottom;
  empty-cells: hide; orphans: 9; widows: 9; pointer-events: none; caret-color: red; accent-color: red;
  text-underline-offset: 9px; -webkit-text-fill-color: red; -webkit-text-stroke: 1px red;
"""

# Everything that the browser computes, of every element inside, and where each of them is.
_LOOKS = f"""
return [...{ROOT}.querySelectorAll('.alert, .alert *')].map((element) => {{
  const style = getComputedStyle(element);
  const {{x, y, width, height}} = element.getBoundingClientRect();
  return [element.tagName + '.' + element.getAttribute('class'), [x, y, width, height].map(Math.round).join(' '),
    ...[...style].filter((name) => !name.startsWith('--')).map((name) => name + ': ' + style.getPropertyValue(name))];
}});
"""


def add_style(page: Browser, css: str) -> None:
    page.run(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync(arguments[0]);"
        "document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]",
        css,
    )


@in_both
@pytest.mark.parametrize("selector", ["*", "body, main"], ids=["every element", "inherited"])
@pytest.mark.parametrize("mode", ["dialog", "interstitial", "banner"])
def test_the_styles_of_a_page_do_not_reach_it(page: Browser, mode: str, selector: str) -> None:
    add_style(page, "h1, #before { display: none }")
    draw(page, an_alert(mode, 0, "checkbox", source="Police"))
    before = page.run(_LOOKS)
    add_style(page, f"{selector} {{ {_HOSTILE} }}")
    after = page.run(_LOOKS)

    changed = [
        (name, was, now)
        for (name, *first), (_, *second) in zip(before, after, strict=True)
        for was, now in zip(first, second, strict=True)
        if was != now
    ]
    assert changed == [], changed


def test_the_font_of_the_page_and_its_size_do(page: Browser) -> None:
    add_style(page, "body { font: 20px/1 monospace }")
    draw(page, an_alert("dialog"))

    style = f"getComputedStyle({ROOT}.querySelector('.body p'))"
    assert page.run(f"return [{style}.fontFamily, {style}.fontSize]") == ["monospace", "20px"]


def test_a_page_of_small_letters_does_not_make_it_unreadable(page: Browser) -> None:
    add_style(page, "html { font-size: 10px } body { font-size: 1rem }")
    draw(page, an_alert("dialog"))

    assert page.run(f"return getComputedStyle({ROOT}.querySelector('.body p')).fontSize") == "16px"


@in_both
def test_every_colour_that_is_listed_can_be_replaced(page: Browser) -> None:
    for severity in ("info", "caution", "high", "critical"):
        page.run("show(arguments[0], {placement: 'inline'})", an_alert("dialog", 60, "checkbox", severity=severity))
    page.wait(lambda: len(said(page, "ready")) == 4)
    page.run("document.getElementById('before').focus()")
    press(page, Keys.TAB)

    without_effect = page.run(
        """
        const hosts = [...document.querySelectorAll('forewarn-alert')];
        const elements = hosts.flatMap((host) => [...host.shadowRoot.querySelectorAll('*')]);
        const properties = ['color', 'background-color', 'border-top-color', 'border-left-color', 'outline-color',
          'box-shadow'];
        return arguments[0].filter((name) => {
          for (const host of hosts) host.style.setProperty('--forewarn-' + name, 'rgb(1, 2, 3)');
          const styles = elements.flatMap((one) => [getComputedStyle(one), getComputedStyle(one, '::before')]);
          const uses = (style) => properties.some((each) => style.getPropertyValue(each).includes('rgb(1, 2, 3)'));
          const found = styles.some(uses);
          for (const host of hosts) host.style.removeProperty('--forewarn-' + name);
          return !found;
        });
        """,
        COLOURS,
    )
    assert without_effect == []


@pytest.mark.parametrize(
    ("token", "selector", "prop", "value"),
    [
        ("radius", ".alert", "border-top-left-radius", "3px"),
        ("button-radius", ".cancel", "border-top-left-radius", "3px"),
        ("font", ".cancel", "font-family", "monospace"),
    ],
)
def test_every_other_token_that_is_listed_can_be_replaced(
    page: Browser, token: str, selector: str, prop: str, value: str
) -> None:
    add_style(page, f"forewarn-alert {{ --forewarn-{token}: {value} }}")
    draw(page, an_alert("dialog"))

    assert inside(page, selector).value_of_css_property(prop) == value
    assert {"radius", "button-radius", "font"} == {
        name for group in ("shape", "type") for name in TOKENS[group] if not name.startswith("$")
    }


def test_tokens_have_the_same_names_by_day_and_by_night() -> None:
    assert TOKENS["light"].keys() == TOKENS["dark"].keys()


def test_light_and_dark_follow_the_user_and_the_page_may_choose(page: Browser) -> None:
    draw(page, an_alert("banner"))
    paper = f"return getComputedStyle({ROOT}.querySelector('.alert')).backgroundColor"

    seen = [page.run(paper)]
    page.looks(dark=True)
    seen.append(page.run(paper))
    assert seen == ["rgb(255, 255, 255)", "rgb(24, 28, 32)"]
    page.run(f"{HOST}.setAttribute('theme', 'light')")
    assert page.run(paper) == "rgb(255, 255, 255)"


def test_in_forced_colours_the_last_button_has_no_frame_and_the_bar_has_a_line(page: Browser) -> None:
    forced = {"features": [{"name": "forced-colors", "value": "active"}]}
    page.looks(dark=False, width=360, height=560)
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", forced)
    draw(page, an_alert("dialog", body=["The story. " * 40]))

    widths = f"return arguments[0].map(one => getComputedStyle({ROOT}.querySelector(one)).borderTopWidth)"
    assert page.run(widths, [".proceed", ".cancel", ".review", ".sticks"]) == ["0px", "3px", "1px", "1px"]


@pytest.mark.parametrize("mode", ["banner", "dialog", "interstitial"])
def test_nothing_moves(page: Browser, mode: str) -> None:
    """Users who are made ill by it need not ask, and a screen reader does not meet a moving target."""
    draw(page, an_alert(mode, 60, "checkbox"))

    style = "getComputedStyle(element)"
    moving = f"element => {style}.animationName !== 'none' || parseFloat({style}.transitionDuration) > 0"
    assert page.run(f"return [...{ROOT}.querySelectorAll('*')].filter({moving}).length") == 0


@in_both
def test_moved_to_another_document_it_keeps_its_look_and_its_work(page: Browser) -> None:
    page.run(
        "const frame = document.createElement('iframe'); frame.src = '/bare'; frame.style.height = '600px';"
        "document.querySelector('main').append(frame)"
    )
    other = "document.querySelector('iframe').contentDocument"
    page.wait(lambda: page.run(f"return !!{other}?.getElementById('before')"))
    page.run("window.element = show(arguments[0])", an_alert("banner", 60))
    look = (
        "const style = getComputedStyle(element.shadowRoot.querySelector('.cancel'));"
        "return [style.backgroundColor, style.display]"
    )
    page.wait(lambda: page.run("return heard().length"))
    before = page.run(look)
    page.run(f"{other}.querySelector('main').append(element)")
    page.wait(
        lambda: page.run(f"return element.ownerDocument === {other} && !!element.shadowRoot.querySelector('.cancel')")
    )

    assert page.run(look) == before
    assert page.run("return heard()") == ["shown"]
    wait = "return element.shadowRoot.querySelector('#wait').textContent"
    now = page.run(wait)
    page.wait(lambda: page.run(wait) != now)
