"""<forewarn-alert> in a real browser, under a strict policy."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from selenium.webdriver.common.keys import Keys

from app.checks.screen_limits import on_first_screen
from app.domain.rule import DEFAULT_PRESENTATION
from app.preview.alert_cards import cards
from tests.console.browser import AXE, CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.deployment import FIXTURE, ROOT
from tests.preview.exchange import Exchange, exchange
from tests.sample_rules import sample_rulebook
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)

_ROOT = "document.querySelector('forewarn-alert')?.shadowRoot"
_ACTIONS = [
    {"kind": "cancel", "label": "Cancel withdrawal"},
    {"kind": "review", "label": "Check on Scameter", "url": "https://police.example/check"},
    {"kind": "call", "label": "Call for advice", "phone": "18222"},
    {"kind": "report", "label": "Report to the police", "url": "https://police.example/report"},
    {"kind": "proceed", "label": "Continue to withdraw"},
]


def an_alert(mode: str = "interstitial", seconds: int = 0, acknowledge: str = "none", **changes: Any) -> dict[str, Any]:
    return {
        "rule_id": "hk/investment",
        "region": "HK",
        "typology": "investment",
        "severity": "high",
        "variant": None,
        "language": "en",
        "direction": "ltr",
        "text_status": "sample",
        "source": None,
        "title": "Pause before you send",
        "body": ["You are about to send 12500.00 USDT.", "Talk to somebody you trust."],
        "questions": ["Who gave you this address?"],
        "actions": _ACTIONS,
        "presentation": {"mode": mode, "min_display_seconds": seconds, "acknowledge": acknowledge},
        **changes,
    }


@pytest.fixture(scope="module")
def site() -> Iterator[Exchange]:
    with exchange(Exchange()) as made:
        yield made


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture
def page(one_browser: Browser, site: Exchange) -> Iterator[Browser]:
    """A page that shows nothing yet; at the end it must have had no complaint and broken no policy."""
    one_browser.looks(dark=False)
    site.received.clear()
    one_browser.open(f"{site.url}/bare")
    one_browser.wait(lambda: one_browser.run("return !!customElements.get('forewarn-alert')"))
    one_browser.errors()
    yield one_browser
    assert one_browser.run("return window.violated ?? []") == []
    assert one_browser.errors() == []


def show(page: Browser, alert: Mapping[str, Any], **attributes: str) -> None:
    page.run("document.getElementById('before').focus(); show(arguments[0], arguments[1])", alert, attributes)
    page.wait(lambda: "shown" in heard(page))


def heard(page: Browser) -> list[str]:
    said: list[str] = page.run("return heard")
    return said


def inside(page: Browser, selector: str) -> Any:
    return page.run(f"return {_ROOT}.querySelector(arguments[0])", selector)


def gone(page: Browser) -> bool:
    return bool(page.run(f"return !{_ROOT} || {_ROOT}.childElementCount === 0"))


def press(page: Browser, *keys: str) -> None:
    for key in keys:
        page.driver.switch_to.active_element.send_keys(key)


def focused(page: Browser) -> str:
    """The class or id of what has the focus, inside the alert or outside."""
    says: str = page.run(
        f"const inner = {_ROOT}?.activeElement; const it = inner ?? document.activeElement;"
        "return it.id || it.getAttribute('class') || it.type || it.tagName"
    )
    return says


def violations(page: Browser) -> list[str]:
    """Whatever axe-core finds, of any impact."""
    page.run(AXE)
    found = page.driver.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done(r.violations))"
    )
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("mode", ["banner", "dialog", "interstitial"])
@pytest.mark.parametrize("severity", ["info", "critical"])
def test_axe_finds_nothing(page: Browser, mode: str, severity: str, dark: bool) -> None:
    page.looks(dark=dark, width=390)
    show(page, an_alert(mode, 60, "checkbox", severity=severity))

    assert violations(page) == []
    assert page.run(f"return getComputedStyle({_ROOT}.querySelector('.alert')).colorScheme") == "light dark"
    assert page.run("return document.scrollingElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("mode", "role"), [("dialog", "alertdialog"), ("interstitial", "alertdialog"), ("banner", "region")]
)
def test_it_has_the_role_of_its_mode_and_the_title_names_it(page: Browser, mode: str, role: str) -> None:
    show(page, an_alert(mode))

    panel = inside(page, ".alert")
    assert panel.aria_role == role
    assert panel.accessible_name == "Pause before you send"
    assert panel.get_attribute("aria-describedby") == (None if mode == "banner" else "body")


def test_actions_come_in_the_order_of_safety_with_proceed_last_after_the_box(page: Browser) -> None:
    """Whatever the order in which they were given."""
    show(page, an_alert(acknowledge="checkbox", actions=_ACTIONS[::-1]))

    order = page.run(
        f"return [...{_ROOT}.querySelectorAll('a, button, input, h2, .body, .questions')]"
        ".map(e => e.id || e.type || e.className)"
    )
    kinds = page.run(
        f"return [...{_ROOT}.querySelectorAll('.action, input')].map(e => e.className.split(' ')[1] ?? e.type)"
    )
    assert order[:3] == ["title", "body", "questions"]
    assert kinds == ["cancel", "review", "call", "report", "checkbox", "proceed"]


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
    show(page, an_alert(language=language, title=title, body=[(sentence * times).strip(), "The story. " * 40]))

    end = page.run(f"return {_ROOT}.querySelector('.body p').getBoundingClientRect().bottom")
    assert end <= inside(page, ".cancel").rect["y"]


def test_proceeding_takes_the_seconds_and_the_box(page: Browser) -> None:
    show(page, an_alert(seconds=2, acknowledge="checkbox"))
    proceed = inside(page, ".proceed")

    proceed.click()
    assert inside(page, ".wait").text.startswith("You can continue in")
    page.wait(lambda: inside(page, ".wait").text == "To continue, first tick the box above")
    proceed.click()
    assert heard(page) == ["shown"]

    inside(page, "input").click()
    assert proceed.get_attribute("aria-disabled") == "false"
    proceed.click()
    assert heard(page) == ["shown", "proceeded"]
    assert gone(page)


def test_the_wait_is_announced_at_its_end_and_when_asked_not_every_second(page: Browser) -> None:
    page.run("document.getElementById('before').focus(); show(arguments[0])", an_alert(seconds=2))
    page.run(
        f"window.announced = []; const status = {_ROOT}.querySelector('[role=status]');"
        "new MutationObserver(() => { if (status.textContent) announced.push(status.textContent) })"
        ".observe(status, {childList: true})"
    )
    page.wait(lambda: inside(page, ".proceed").get_attribute("aria-disabled") == "false")

    page.wait(lambda: page.run("return announced") == ["You can continue now"])
    assert page.run(f"return {_ROOT}.querySelector('.wait').getAttribute('aria-live')") is None


def test_seconds_count_only_while_the_page_is_in_sight(page: Browser) -> None:
    page.run(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true}); show(arguments[0])",
        an_alert(seconds=1),
    )
    # Long enough for the second to pass if it counted.
    page.driver.set_script_timeout(30)
    page.driver.execute_async_script("setTimeout(arguments[0], 1500)")
    assert heard(page) == []
    assert inside(page, ".wait").text == "You can continue in 1 s"

    page.run("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait(lambda: inside(page, ".proceed").get_attribute("aria-disabled") == "false")
    assert heard(page) == ["shown"]


def test_seconds_stop_while_the_page_is_out_of_sight(page: Browser) -> None:
    show(page, an_alert(seconds=60))
    turn = "document.dispatchEvent(new Event('visibilitychange')); return arguments[0].textContent"
    wait = inside(page, ".wait")
    before = page.run(
        f"Object.defineProperty(document, 'visibilityState', {{value: 'hidden', configurable: true}}); {turn}", wait
    )
    # Two seconds that would be seen if they counted.
    page.driver.execute_async_script("setTimeout(arguments[0], 2000)")

    assert page.run(f"delete document.visibilityState; {turn}", wait) == before


def test_by_keyboard_alone(page: Browser) -> None:
    """The title first; round and round; the page behind is out of reach; what was focused before is focused again."""
    show(page, an_alert("dialog", acknowledge="checkbox"))

    assert focused(page) == "title"
    reached = []
    for _ in range(7):
        press(page, Keys.TAB)
        reached.append(focused(page).removeprefix("action "))
    assert reached == ["cancel", "review", "call", "report", "checkbox", "proceed", "cancel"]
    press(page, Keys.SHIFT + Keys.TAB)
    assert focused(page) == "action proceed"
    press(page, Keys.SHIFT + Keys.TAB, Keys.SPACE)
    press(page, Keys.TAB, Keys.ENTER)

    assert heard(page) == ["shown", "proceeded"]
    assert focused(page) == "before"


def test_focus_can_be_seen(page: Browser) -> None:
    show(page, an_alert("dialog"))
    press(page, Keys.TAB)

    assert page.run(f"return getComputedStyle({_ROOT}.activeElement).outlineStyle") == "solid"
    assert page.run(f"return parseFloat(getComputedStyle({_ROOT}.activeElement).outlineWidth)") >= 2


@pytest.mark.parametrize("mode", ["dialog", "interstitial"])
def test_escape_leaves_and_is_never_a_yes(page: Browser, mode: str) -> None:
    show(page, an_alert(mode))
    press(page, Keys.ESCAPE)

    page.wait(lambda: gone(page))
    assert heard(page) == ["shown", "abandoned"]
    assert focused(page) == "before"


def test_a_key_still_held_down_decides_nothing(page: Browser) -> None:
    show(page, an_alert("dialog"))
    press(page, Keys.ENTER, Keys.SPACE)

    assert heard(page) == ["shown"]


def test_each_outcome_is_said_once(page: Browser) -> None:
    """Links are followed by script here, so that no tab opens."""
    show(page, an_alert("dialog"))
    page.run(f"{_ROOT}.querySelectorAll('a').forEach(a => a.addEventListener('click', e => e.preventDefault()))")
    for kind in ("review", "call", "review", "report", "report"):
        inside(page, f".{kind}").click()
    assert heard(page) == ["shown", "reviewed", "reported"]

    inside(page, ".cancel").click()
    page.run("document.querySelector('forewarn-alert').remove(); window.dispatchEvent(new Event('pagehide'))")
    assert heard(page) == ["shown", "reviewed", "reported", "cancelled"]
    assert focused(page) == "before"


@pytest.mark.parametrize(
    "ending",
    [
        "document.querySelector('forewarn-alert').remove()",
        "document.querySelector('forewarn-alert').alert = null",
        "window.dispatchEvent(new Event('pagehide'))",
    ],
)
def test_going_without_a_decision_is_abandoned(page: Browser, ending: str) -> None:
    show(page, an_alert("dialog"))
    page.run(ending)

    page.wait(lambda: heard(page) == ["shown", "abandoned"])


def test_what_nobody_saw_nobody_abandoned(page: Browser) -> None:
    page.run("show(arguments[0]).remove()", an_alert("dialog"))
    page.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")

    assert heard(page) == []


def test_an_alert_below_the_fold_is_not_shown_until_it_is_seen(page: Browser) -> None:
    page.run("document.getElementById('before').style.marginBottom = '3000px'; show(arguments[0])", an_alert("banner"))
    page.driver.execute_async_script(
        "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(arguments[0])))"
    )
    assert heard(page) == []

    page.run("document.querySelector('forewarn-alert').scrollIntoView()")
    page.wait(lambda: heard(page) == ["shown"])


def test_a_moved_element_is_not_left(page: Browser) -> None:
    show(page, an_alert("dialog"))
    page.run("document.body.append(document.querySelector('forewarn-alert'))")
    page.driver.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")

    assert heard(page) == ["shown"]
    assert page.run(f"return {_ROOT}.querySelector('dialog').matches(':modal')")


def test_a_text_is_never_more_than_text(page: Browser) -> None:
    nasty = "<img src=x onerror='window.hacked = 1'><b>bold</b>\"'&amp;{n}$&"
    show(
        page,
        an_alert(
            title=nasty,
            body=[nasty],
            questions=[nasty],
            source=nasty,
            text_status="official",
            language='en"><script>',
            actions=[
                {"kind": "cancel", "label": nasty},
                {"kind": "review", "label": nasty, "url": "javascript:window.hacked=1"},
                {"kind": "call", "label": nasty, "phone": "1'><b>"},
                {"kind": "report", "label": nasty, "url": "https://user@police.example/"},
                {"kind": "explode", "label": nasty},
                {"kind": "proceed", "label": nasty},
            ],
        ),
    )

    assert inside(page, "h2").text == nasty
    assert inside(page, ".body").text == nasty
    assert inside(page, ".source").text == f"Source: {nasty}"
    assert page.run(f"return {_ROOT}.querySelectorAll('img, b, script, a').length") == 0
    assert page.run("return window.hacked") is None


def test_links_lead_to_a_new_tab_that_cannot_reach_back_and_to_the_telephone(page: Browser) -> None:
    show(page, an_alert())

    review, call = inside(page, ".review"), inside(page, ".call")
    assert review.get_attribute("href") == "https://police.example/check"
    assert (review.get_attribute("target"), review.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    assert review.accessible_name == "Check on Scameter police.example (opens in a new tab)"
    assert call.get_attribute("href") == "tel:18222"
    assert call.text.split("\n") == ["Call for advice", "18222"]


def test_arabic_runs_from_right_to_left_in_its_own_words(page: Browser) -> None:
    page.looks(dark=False, width=390)
    arabic = next(
        card.alert
        for card in cards(sample_rulebook(), sample_rulebook().rule("ae/fake-police"))
        if card.language == "ar"
    )
    show(page, arabic)

    panel = inside(page, ".alert")
    assert (panel.get_attribute("dir"), panel.get_attribute("lang")) == ("rtl", "ar")
    assert inside(page, ".read").text == "قرأتُ هذا التحذير"
    assert (
        page.run("const e = arguments[0]; return getComputedStyle(e).direction + getComputedStyle(e).textAlign", panel)
        == "rtlstart"
    )
    assert violations(page) == []


def test_it_has_words_in_every_language_of_the_fixture(page: Browser) -> None:
    languages = {path.stem for path in (FIXTURE / "locales").glob("*/*.yaml")}

    assert languages <= set(page.run("return customElements.get('forewarn-alert').languages"))


def test_it_has_words_in_every_language_that_has_a_word_list(page: Browser) -> None:
    """Of Chinese, in both scripts."""
    judged = {path.stem for path in (ROOT / "app/checks/words").glob("*.yaml") if len(path.stem) <= 3}
    spoken = page.run("return customElements.get('forewarn-alert').languages")

    assert judged <= {tag.partition("-")[0] for tag in spoken}
    assert {"zh-Hans", "zh-Hant"} <= set(spoken)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("zh-HK", "樣本文字"),
        ("zh", "样本文字"),
        ("pt-PT", "Texto de exemplo"),
        ("de-AT", "Mustertext"),
        ("sw", "Sample text"),
    ],
)
def test_the_nearest_language_has_the_words(page: Browser, language: str, says: str) -> None:
    show(page, an_alert("banner", language=language))

    assert inside(page, ".notice").text.startswith(says)


@pytest.mark.parametrize(("status", "says"), [("official", None), ("draft", "Draft"), ("machine", "Machine")])
def test_what_is_not_official_says_so(page: Browser, status: str, says: str | None) -> None:
    show(page, an_alert("banner", text_status=status, source="Police" if status == "official" else None))

    notice = page.run(f"return {_ROOT}.querySelector('.notice')?.textContent ?? null")
    assert notice is None if says is None else notice.startswith(says)


@pytest.mark.parametrize("reduced", [True, False])
def test_nothing_moves_where_the_user_asked_for_that(page: Browser, reduced: bool) -> None:
    value = "reduce" if reduced else "no-preference"
    page.driver.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-reduced-motion", "value": value}]}
    )
    show(page, an_alert("dialog"))

    assert page.run(f"return getComputedStyle({_ROOT}.querySelector('dialog')).animationName") == (
        "none" if reduced else "rise"
    )


def test_light_and_dark_follow_the_user_and_the_page_may_choose(page: Browser) -> None:
    show(page, an_alert("banner"))
    paper = f"return getComputedStyle({_ROOT}.querySelector('.alert')).backgroundColor"

    seen = [page.run(paper)]
    page.looks(dark=True)
    seen.append(page.run(paper))
    page.run("document.querySelector('forewarn-alert').setAttribute('theme', 'light')")
    assert seen == ["rgb(255, 255, 255)", "rgb(24, 28, 32)"]
    assert page.run(paper) == "rgb(255, 255, 255)"


def test_its_own_colours_and_parts_can_be_replaced(page: Browser) -> None:
    page.run(
        "const sheet = new CSSStyleSheet(); sheet.replaceSync('forewarn-alert { --forewarn-button: rgb(1, 2, 3) }"
        "forewarn-alert::part(title) { font-size: 40px }'); document.adoptedStyleSheets = [sheet]"
    )
    show(page, an_alert("banner"))

    assert inside(page, ".cancel").value_of_css_property("background-color") == "rgba(1, 2, 3, 1)"
    assert inside(page, "h2").value_of_css_property("font-size") == "40px"


def test_inline_leaves_the_page_and_its_focus_alone(page: Browser) -> None:
    show(page, an_alert("interstitial"), placement="inline")

    assert focused(page) == "before"
    assert page.run(f"return {_ROOT}.querySelector('dialog')") is None


def test_an_alert_can_come_as_an_attribute(page: Browser) -> None:
    page.run(
        "document.querySelector('main').insertAdjacentHTML('beforeend', `<forewarn-alert alert='${arguments[0]}'>`)",
        '{"title": "From markup", "presentation": {"mode": "banner"}}',
    )

    assert inside(page, "h2").text == "From markup"


@pytest.mark.parametrize("nonsense", [None, "text", 7, {}, {"title": 5}, {"title": " "}], ids=str)
def test_nonsense_shows_nothing_and_breaks_nothing(page: Browser, nonsense: object) -> None:
    page.run("show(arguments[0])", nonsense)

    assert gone(page)


def test_half_an_alert_is_shown_as_far_as_it_goes(page: Browser) -> None:
    show(
        page, {"title": "Stop", "actions": "none", "presentation": {"mode": "hologram", "min_display_seconds": "soon"}}
    )

    assert inside(page, "h2").text == "Stop"
    assert inside(page, ".alert").aria_role == "alertdialog"


def test_the_documented_page_sends_only_on_proceed(one_browser: Browser, site: Exchange) -> None:
    one_browser.looks(dark=False)
    site.alert = an_alert("dialog", actions=[_ACTIONS[0], _ACTIONS[4]])
    for press_kind, outcome, result in (
        ("cancel", "cancelled", "Nothing was sent."),
        ("proceed", "proceeded", "Your withdrawal is on its way."),
    ):
        site.received.clear()
        one_browser.open(site.url)
        one_browser.one("#withdrawal button").click()
        one_browser.wait(lambda: one_browser.run(f"return !!{_ROOT}?.querySelector('.proceed')"))
        one_browser.wait(lambda: len(site.received) == 2)
        inside(one_browser, f".{press_kind}").click()
        one_browser.wait(lambda result=result: one_browser.text("#result") == result)
        wait_until(lambda: len([1 for path, _ in site.received if path.endswith("/outcomes")]) == 2)

        reports = [json.loads(body) for path, body in site.received if path == "/withdrawals/wd_1/outcomes"]
        assert [(one["outcome"], one["assessment_id"]) for one in reports] == [("shown", "as_1"), (outcome, "as_1")]
        assert ("/withdrawals/wd_1/confirm" in dict(site.received)) is (outcome == "proceeded")


def test_the_documented_page_reports_a_closed_tab(one_browser: Browser, site: Exchange) -> None:
    site.alert = an_alert("dialog")
    site.received.clear()
    one_browser.open(site.url)
    one_browser.one("#withdrawal button").click()
    one_browser.wait(lambda: len(site.received) == 2)
    one_browser.open("about:blank")

    wait_until(lambda: [json.loads(body)["outcome"] for _, body in site.received[1:]] == ["shown", "abandoned"])


def test_the_usual_friction_of_each_severity_is_drawn(page: Browser) -> None:
    for presentation in DEFAULT_PRESENTATION.values():
        page.run("document.querySelector('forewarn-alert')?.remove(); heard.length = 0")
        show(page, an_alert(presentation.mode, presentation.min_display_seconds, presentation.acknowledge))
        waits = presentation.min_display_seconds > 0
        assert (inside(page, ".proceed").get_attribute("aria-disabled") == "true") is waits
        assert (inside(page, "input") is not None) is (presentation.acknowledge == "checkbox")
