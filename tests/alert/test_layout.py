"""What stands on the first screen, at the sizes of a small phone, a usual one and a desktop."""

from typing import Any

import pytest

from app.checks.screen_limits import on_first_screen
from app.preview.alert_cards import cards
from tests.alert.alert_page import ROOT, draw
from tests.alert.sample_alert import an_alert
from tests.console.browser import Browser
from tests.sample_rules import sample_rulebook

SIZES = [(360, 560), (390, 844), (1280, 800)]
_LONG = ["A story that goes on and on. " * 12] * 5

# Draws one alert after the other. Of each whose safe button or helpline is not whole, in sight and on top: its number.
_UNSEEN = """
const [alerts, done] = arguments;
const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
const seen = (button, root) => {
  const {left, right, top, bottom} = button.getBoundingClientRect();
  if (left < 0 || top < 0 || right > innerWidth || bottom > innerHeight) return false;
  return [[left + 12, top + 4], [right - 12, bottom - 4], [(left + right) / 2, (top + bottom) / 2]]
    .every(([x, y]) => button.contains(root.elementFromPoint(x, y)));
};
(async () => {
  const unseen = [];
  for (const [number, alert] of alerts.entries()) {
    const element = show(alert);
    while (!said.some((one) => one.outcome === 'shown')) await frame();
    await frame();
    const root = element.shadowRoot;
    const needed = alert.actions.filter(({kind}) => kind === 'cancel' || kind === 'call').map(({kind}) => '.' + kind);
    const missing = () => needed.filter((kind) => !seen(root.querySelector(kind), root));
    /* Its words may still be on their way. */
    for (let frames = 0; missing().length && frames < 60; frames++) await frame();
    unseen.push(...missing().map((kind) => [number, kind]));
    if (document.scrollingElement.scrollWidth > innerWidth) unseen.push([number, 'sideways']);
    element.remove();
    await frame();
    said.length = 0;
  }
  done(unseen);
})();
"""


def alerts_of_the_fixture() -> list[tuple[str, Any]]:
    rulebook = sample_rulebook()
    rules = rulebook.by_id.values()
    return [
        (f"{rule.id} in {card.language}", card.alert)
        for rule in rules
        for card in cards(rulebook, rule)
        if card.alert["presentation"]["mode"] != "banner"
    ]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_safe_button_and_the_helpline_are_in_sight_before_scrolling(page: Browser, width: int, height: int) -> None:
    page.looks(dark=False, width=width, height=height)
    page.driver.set_script_timeout(100)
    alerts = alerts_of_the_fixture()
    unseen = page.driver.execute_async_script(_UNSEEN, [alert for _, alert in alerts])

    assert [(alerts[number][0], kind) for number, kind in unseen] == []


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_actions_that_stay_in_sight_leave_room_for_the_text(page: Browser, width: int, height: int, mode: str) -> None:
    page.looks(dark=False, width=width, height=height)
    draw(page, an_alert(mode, body=_LONG))

    covered = page.run(
        f"const {{top}} = {ROOT}.querySelector('.actions').getBoundingClientRect();"
        f"return {ROOT}.querySelector('.alert').getBoundingClientRect().bottom - top"
    )
    assert covered < height / 2


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
def test_every_action_is_whole_after_scrolling(page: Browser, mode: str) -> None:
    """None covers another, nor its border."""
    page.looks(dark=False, width=360, height=560)
    draw(page, an_alert(mode, acknowledge="checkbox", body=_LONG))
    page.run(f"{ROOT}.querySelector('.alert').scrollTop = 1e6")

    covered = page.run(
        f"const root = {ROOT};"
        "return [...root.querySelectorAll('.action, input')].filter((one) => {"
        "  const {left, right, top, bottom} = one.getBoundingClientRect();"
        "  return [[left + 12, top + 1], [right - 12, bottom - 1], [(left + right) / 2, (top + bottom) / 2]]"
        "    .some(([x, y]) => one.matches('.action') && !one.contains(root.elementFromPoint(x, y)));"
        "}).map((one) => one.className)"
    )
    assert covered == []


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
def test_at_three_times_the_text_size_the_safe_button_leaves_the_screen_to_the_text(page: Browser, mode: str) -> None:
    page.looks(dark=False, width=390, height=844)
    page.run("document.querySelector('h1').remove(); document.documentElement.style.fontSize = '300%'")
    draw(page, an_alert(mode, body=_LONG))

    seen = page.run(
        f"const {{top, bottom}} = {ROOT}.querySelector('.cancel').getBoundingClientRect();"
        "return Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)) / innerHeight"
    )
    assert seen < 1 / 3
    assert page.run("return document.scrollingElement.scrollWidth <= innerWidth")
    assert page.run(f"return {ROOT}.querySelector('.icon').offsetHeight / innerHeight") < 1 / 16


@pytest.mark.parametrize(
    ("language", "title", "sentence"),
    [
        ("en", "Somebody whom you have never met asked you", "Hang up now and tell a friend what they said. "),
        ("es", "Alguien a quien no conoce le pide que envíe", "Cuelgue ahora y cuénteselo a alguien de confianza. "),
        ("ru", "Кто-то, кого вы не знаете, просит вас об этом", "Положите трубку и расскажите об этом близкому. "),
    ],
)
def test_the_longest_beginning_that_passes_the_check_is_seen_before_scrolling(
    page: Browser, language: str, title: str, sentence: str
) -> None:
    page.looks(dark=False, width=360, height=640)
    times = max(n for n in range(1, 20) if on_first_screen(title, (sentence * n).strip()))
    draw(page, an_alert(language=language, title=title, body=[(sentence * times).strip(), "The story. " * 40]))

    end = page.run(f"return {ROOT}.querySelector('.body p').getBoundingClientRect().bottom")
    assert end <= page.run(f"return {ROOT}.querySelector('.actions').getBoundingClientRect().top")


@pytest.mark.parametrize("typology", ["investment", "romance"])
def test_typologies_have_icons_of_their_own(page: Browser, typology: str) -> None:
    draw(page, an_alert("banner", typology=typology))
    path = page.run(f"return {ROOT}.querySelector('svg').innerHTML")
    page.run("document.querySelector('forewarn-alert').remove(); said.length = 0")
    draw(page, an_alert("banner", typology="never heard of"))

    assert page.run(f"return {ROOT}.querySelector('svg').innerHTML") not in ("", path)


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
def test_at_three_times_the_text_size_words_stay_whole(page: Browser, mode: str) -> None:
    """Of the title and the questions, beside which an icon stands."""
    page.looks(dark=False, width=360, height=560)
    page.run("document.documentElement.style.fontSize = '300%'")
    draw(page, an_alert(mode))

    broken = page.run(
        f"return [...{ROOT}.querySelectorAll('.title, .questions span')].flatMap(({{firstChild}}) =>"
        "  [...firstChild.data.matchAll(/\\S+/g)].filter(({0: word, index}) => {"
        "    const range = document.createRange();"
        "    range.setStart(firstChild, index);"
        "    range.setEnd(firstChild, index + word.length);"
        "    return range.getClientRects().length > 1;"
        "  }).map(([word]) => word))"
    )
    assert broken == []
