"""The dashboard in a real browser."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.console.figure_text import count, interval, percent
from app.console.principal import COOKIE
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.console.conftest import Console
from tests.console.history import assessment, now
from tests.console.test_reports_api import ask, settled
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)


@pytest.fixture(scope="module")
def one_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@pytest.fixture(scope="module")
def dashboard(console: Console, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The dashboard of a key for all regions, standing still: for tests that only look."""
    with browser(tmp_path_factory.mktemp("looking")) as made:
        made.sign_in(console.url, console.keys["analyst"])
        made.stand_still()
        yield made


@pytest.fixture
def page(one_browser: Browser) -> Browser:
    """A browser that nobody is signed in with."""
    one_browser.looks(dark=False)
    one_browser.driver.delete_all_cookies()
    one_browser.open("about:blank")
    one_browser.errors()
    one_browser.requested()
    return one_browser


def test_the_page_loads_without_a_complaint_and_asks_nobody_else(console: Console, dashboard: Browser) -> None:
    assert dashboard.errors() == []
    assert {urlsplit(address).netloc for address in dashboard.requested()} <= {urlsplit(console.url).netloc}
    assert len(dashboard.all("figure.chart canvas")) == 2


def test_the_figures_on_the_page_are_those_of_the_api(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.open(f"{console.url}/?since=2026-01-01&until={settled()}&by=week")
    page.counted()
    asked = {"since": "2026-01-01", "until": settled()}
    total = ask(console, **asked)["total"]
    rate = total["rates"]["reconsidered_or_reviewed"]
    assert page.text("[data-figure=reconsidered_or_reviewed]") == percent(rate["rate"])
    says = page.text("#headline .says")
    assert f"of {count(rate['denominator'])} users" in says
    assert interval(rate["low"], rate["high"]) in says
    for group in ask(console, group_by="rule_id", **asked)["groups"]:
        rule, of_rule = group["group"]["rule_id"], group["figures"]["rates"]["reconsidered_or_reviewed"]
        shown = page.text(f'#rules td[data-rule="{rule}"]')
        assert shown.startswith(f"{percent(of_rule['rate'])} {interval(of_rule['low'], of_rule['high'])}"), rule
    weeks = [
        [percent(rate["rate"]), interval(rate["low"], rate["high"])]
        for rate in (
            group["figures"]["rates"]["reconsidered_or_reviewed"]
            for group in ask(console, group_by="week", **asked)["groups"]
        )
    ]
    cells = page.run(
        "return [...document.querySelectorAll('#trend-table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    assert [row[1:3] for row in cells] == weeks
    assert count(total["unanswered"]) in page.text("#unanswered")
    assert count(total["money_not_sent"]["withdrawals"]) in page.text("#money")


def test_the_unanswered_are_the_alerts_that_the_upper_bound_counts(console: Console, dashboard: Browser) -> None:
    total = ask(console)["total"]
    bound = total["rates"]["reconsidered_or_reviewed"]["unanswered_as_yes"]["numerator"]
    alerts = total["by_alert"]["reconsidered_or_reviewed"]["unanswered"]
    assert bound > total["rates"]["reconsidered_or_reviewed"]["numerator"] + total["unanswered"]
    says = dashboard.text("#unanswered p.soft")
    assert f"For {count(alerts)} alerts, no deciding outcome was reported" in says
    assert f"{count(total['unanswered'])} user" in says


def test_the_rates_of_the_headline_are_drawn_on_one_scale(dashboard: Browser) -> None:
    drawn = dashboard.run(
        "return [...document.querySelectorAll('#headline circle.dot')].map(dot => dot.getAttribute('cx'))"
    )
    rates = dashboard.run(
        "return [...document.querySelectorAll('#headline :is([data-figure=reconsidered_or_reviewed], .also .value)')]"
        ".map(value => value.textContent)"
    )
    places = [float(place.rstrip("%")) / float(rate.rstrip("%")) for place, rate in zip(drawn, rates, strict=True)]
    assert len(places) == 4
    assert places == pytest.approx([places[0]] * 4, rel=0.05)


def test_by_alert_nothing_is_said_of_users_that_is_not_true_of_alerts(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.open(f"{console.url}/?unit=alert")
    page.counted()
    rate = ask(console, unit="alert")["total"]["rates"]["reconsidered_or_reviewed"]
    says = f"of {count(rate['denominator'])} alerts: after {count(rate['numerator'])} the user cancelled, changed,"
    assert page.text("#headline .says").startswith(says)
    assert "is lower than" not in page.text("#trend")
    assert "warned" not in page.text("#trend")


def test_other_windows_say_which_alerts_they_count(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    old, young = (f"since={(now() - timedelta(days=days)).date()}" for days in (29, 3))
    for asked, says in (
        (f"{old}&until={settled()}", "those whose longest window, 7d, has passed."),
        (f"{old}&window=30d", "those whose longest window, 30d, has passed. It has not passed for any alert yet."),
        (f"{young}&window=1h", "those whose longest window, 7d, has passed. It has not passed for any alert yet."),
        (f"{young}&window=1h&maturity=all", "all of them."),
    ):
        page.open(f"{console.url}/?{asked}")
        page.counted()
        assert page.text("#windows p.soft").endswith(says)


def test_rules_are_sorted_and_those_too_few_to_read_are_marked_and_last(dashboard: Browser) -> None:
    rows = dashboard.run(
        "return [...document.querySelectorAll('#rules tbody tr')]"
        ".map(r => [r.querySelector('.value').textContent, r.textContent])"
    )
    read = [float(rate.rstrip("%")) for rate, text in rows if "too few to read" not in text]
    assert read == sorted(read, reverse=True)
    assert "too few to read" in rows[-1][1]
    assert "hk/money-mule" in rows[-1][1]


def test_rules_too_few_to_read_are_folded_away_and_opened_with_the_keyboard(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.stand_still()
    fold = page.one("#rules details.fold summary")
    assert fold.text == "1 rule with fewer than 30 users"
    few = "return document.querySelector('[data-rule=\"hk/money-mule\"]').checkVisibility()"
    assert not page.run(few)
    fold.send_keys("\ue007")  # enter
    assert page.run(few)


def test_on_a_phone_the_filters_are_closed_until_they_are_asked_for(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    assert page.one("#f-region").is_displayed()
    page.looks(dark=False, width=390)
    page.open(f"{console.url}/")
    page.counted()
    assert not page.one("#f-region").is_displayed()
    page.one("#filters summary").send_keys("\ue007")
    assert page.one("#f-region").is_displayed()
    page.open(f"{console.url}/?since=soon")
    assert page.one("#f-since").is_displayed()  # there is something to mend


def test_a_page_with_a_rate_says_that_it_is_no_effect(dashboard: Browser) -> None:
    assert "Without a control group" in dashboard.one(".caution").text


def test_a_filter_lands_in_the_address_and_in_every_figure(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.wait(lambda: page.all("#f-region option[value=SG]"))
    page.run(
        "document.getElementById('f-region').value = 'SG'; document.getElementById('f-until').value = arguments[0]",
        settled(),
    )
    page.one("#filters button").click()
    page.wait(lambda: "region=SG" in page.driver.current_url)
    page.counted()
    asked = parse_qs(urlsplit(page.driver.current_url).query)
    assert asked["region"] == ["SG"]
    assert asked["until"] == [settled()]
    assert "rule_id" not in asked  # a field left empty is not in the address
    rate = ask(console, region="SG", until=settled())["total"]["rates"]["reconsidered_or_reviewed"]
    assert page.text("[data-figure=reconsidered_or_reviewed]") == percent(rate["rate"])
    assert all("sg/" in row.text for row in page.all("#rules tbody tr"))
    assert page.run("return document.getElementById('f-region').value") == "SG"


def test_a_selection_that_cannot_be_answered_is_explained_and_kept(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.open(f"{console.url}/?since=soon&region=HK")
    assert "since: expected a date" in page.text("[role=alert]")
    assert page.run("return document.getElementById('f-region').value") == "HK"
    assert page.run("return document.getElementById('f-since').value") == "soon"


def test_a_region_in_lower_case_is_chosen_in_the_form(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])

    def offered() -> object:
        page.open(f"{console.url}/?region=sg")
        page.counted()
        return page.run("return [...document.getElementById('f-region').options].map(o => o.value)")

    page.wait(lambda: offered() == ["", "GB", "HK", "SG"])  # on a busy machine the page comes before its filters
    assert page.run("return document.getElementById('f-region').value") == "SG"


@pytest.mark.parametrize(("asked", "where"), [("ZZ", "#headline"), ("HK,ZZ", "#banners")])
def test_a_value_that_no_alert_has_is_said_with_a_way_out(
    console: Console, page: Browser, asked: str, where: str
) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.open(f"{console.url}/?region={asked}&window=48h")
    page.wait(lambda: "No alert of this period has region=ZZ; there are alerts with GB, HK, SG." in page.text(where))
    page.one(f"{where} a").click()
    page.counted()
    assert page.driver.current_url == f"{console.url}/?window=48h"


def test_every_figure_downloads_as_csv(dashboard: Browser) -> None:
    assert len(dashboard.all("a.csv")) == len(dashboard.all(".panel"))
    dashboard.one("#rules a.csv").click()
    wait_until(lambda: list(dashboard.downloads.glob("*.csv")))
    file = next(dashboard.downloads.glob("*.csv"))
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert {row["rule_id"] for row in rows if row["row"] == "group"} == {
        row.get_attribute("textContent") for row in dashboard.all("#rules tbody th a")
    }


def test_the_page_looks_again_by_itself_and_keeps_its_place(own_console: Console, page: Browser) -> None:
    """A new withdrawal appears without a reload; what was open stays open."""
    page.sign_in(own_console.url, own_console.keys["analyst"])
    page.open(f"{own_console.url}/?maturity=all")
    before = page.text("#funnel [data-count]")
    page.run("document.querySelector('#funnel details').open = true; window.same = true")
    own_console.send(assessment(800_001, now(), "another"), segment="20261121T000000-more")
    page.look_again()
    page.wait(lambda: page.text("#funnel [data-count]") != before)
    assert page.run("return [document.querySelector('#funnel details').open, window.same]") == [True, True]
    assert page.errors() == []


def test_without_redis_the_page_says_that_it_shows_the_dataset_only(own_console: Console, page: Browser) -> None:
    page.sign_in(own_console.url, own_console.keys["analyst"])
    own_console.redis.stop()
    page.look_again()
    page.wait(lambda: "Redis does not answer" in page.text("#banners"))
    assert "Not live" in page.text("#status")
    assert page.all("#headline .number")


def test_before_the_first_withdrawal_the_page_says_what_will_come(empty_console: Console, page: Browser) -> None:
    page.open(f"{empty_console.url}/login")
    page.one("#key").send_keys(empty_console.keys["analyst"])
    page.one(".door button").click()
    page.wait(lambda: "Nothing is recorded yet" in page.text("#headline"))
    assert page.errors() == []
    empty_console.send(assessment(1, now(), "first"), segment="20261121T000000-first")
    page.look_again()
    page.wait(lambda: "The first figures are on their way 1 withdrawal assessed" in page.text("#headline"))
    assert page.violations() == []
    page.one("#headline a.button").click()
    page.wait(lambda: page.driver.current_url == f"{empty_console.url}/?maturity=all")
    page.counted()
    assert "of 1 user " in page.text("#headline .says")


def test_a_partner_whose_users_are_all_of_today_is_shown_the_way_to_them(empty_console: Console, page: Browser) -> None:
    page.open(f"{empty_console.url}/login")
    page.one("#key").send_keys(empty_console.keys["police-hk"])
    page.one(".door button").click()
    page.wait(lambda: "Hidden" in page.text("#headline"))
    assert not page.all("#headline a.button")
    alerts = [assessment(number, now(), f"user{number}") for number in range(12)]
    empty_console.send(*alerts, segment="20261121T000000-first")
    page.look_again()
    page.wait(lambda: page.all("#headline a.button"))
    page.one("#headline a.button").click()
    page.wait(lambda: "of 12 users" in page.text("#headline .says"))


def test_signing_out_ends_it(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    cookies: list[dict[str, Any]] = page.driver.get_cookies()
    assert [(one["name"], one["httpOnly"], one["sameSite"]) for one in cookies] == [(COOKIE, True, "Strict")]
    assert page.run("return document.cookie") == ""
    page.one("header button").click()
    page.wait(lambda: page.driver.current_url.endswith("/login"))
    assert page.driver.get_cookies() == []
    page.open(f"{console.url}/")
    assert "/login" in page.driver.current_url


def test_a_key_of_one_region_sees_no_other(console: Console, page: Browser) -> None:
    page.sign_in(console.url, console.keys["police-hk"])
    assert "HK only" in page.text(".who")
    assert page.run("return [...document.getElementById('f-region').options].map(o => o.value)") == ["HK"]
    source = page.driver.page_source
    assert "hk/investment-new-address" in source
    for foreign in ("sg/", "gb/"):
        assert foreign not in source.replace("png/", "").replace("svg/", "")
    assert "hidden" in page.text("#rules")
    page.open(f"{console.url}/?region=SG")
    page.wait(lambda: "This key sees region HK only" in page.text("#headline"))
    page.one("#headline .empty a").click()
    page.counted()
    assert page.all("#headline .number")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(dashboard: Browser, width: int, dark: bool) -> None:
    dashboard.looks(dark=dark, width=width)
    dashboard.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert dashboard.violations() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/login", "/?since=soon"])
def test_axe_finds_nothing_serious_where_something_is_asked(
    console: Console, page: Browser, path: str, dark: bool
) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.looks(dark=dark)
    page.open(f"{console.url}{path}")
    assert page.violations() == []


@pytest.mark.parametrize("width", [360, 390])
def test_nothing_scrolls_sideways_on_a_phone(console: Console, dashboard: Browser, page: Browser, width: int) -> None:
    def too_wide(where: Browser) -> bool:
        where.looks(dark=False, width=width)
        where.run("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        wide: bool = where.run("return document.documentElement.scrollWidth > arguments[0]", width)
        return wide

    assert not too_wide(dashboard)
    page.sign_in(console.url, console.keys["analyst"])
    nowhere = "xx/" + "w" * 90
    for path in ("/login", "/?since=soon&week=2026-11-18", "/?region=XX", f"/?rule_id={nowhere}", "/?maturity=all"):
        page.open(f"{console.url}{path}")
        page.wait(lambda: not page.all("[data-pending]"))
        assert not too_wide(page), path


def test_a_chart_can_be_read_with_the_keyboard(dashboard: Browser) -> None:
    dashboard.looks(dark=False)
    chart = dashboard.one("#exposures figure")
    before = dashboard.text("#exposures .readout")
    dashboard.run("arguments[0].focus()", chart)
    chart.send_keys("\ue012")  # arrow left
    assert dashboard.text("#exposures .readout") != before


@pytest.mark.parametrize("path", ["", "?last=7d&region=GB"])
def test_no_interval_sticks_out_of_its_axis(console: Console, page: Browser, path: str) -> None:
    page.sign_in(console.url, console.keys["analyst"])
    page.open(f"{console.url}/{path}")
    page.counted()
    outside = """return [...document.querySelectorAll('svg.track')].flatMap(track => {
        const box = track.getBoundingClientRect();
        return [...track.querySelectorAll('line, circle, path')].map(one => one.getBoundingClientRect())
            .filter(one => one.left < box.left - 0.1 || one.right > box.right + 0.1).map(one => one.left);
    })"""
    assert page.all("svg.track circle")
    assert page.run(outside) == []


def test_what_lies_above_a_chart_is_not_drawn_there(console: Console, page: Browser) -> None:
    """Rates too few to read do not set the scale, so one may be anywhere."""
    page.sign_in(console.url, console.keys["analyst"])
    page.stand_still()
    page.run(
        "const end = Number(document.querySelector('#exposures figure').dataset.ticks.split(' ').at(-1));"
        "const row = document.querySelector('#exposures-table tbody tr:nth-child(2)');"
        "Object.assign(row.dataset, {few: '', low: 0.9 * end, rate: 1.03 * end, high: 1.2 * end})"
    )
    page.looks(dark=True)  # draws anew
    above = """const canvas = document.querySelector('#exposures canvas'), ctx = canvas.getContext('2d');
        const over = document.querySelector('#exposures .u-over'), ratio = devicePixelRatio;
        const [left, wide, high] = [over.offsetLeft * ratio, over.offsetWidth * ratio, over.offsetTop * ratio - 3];
        const pixels = ctx.getImageData(left, 0, wide, high);
        return pixels.data.some(value => value > 0);"""
    page.wait(lambda: page.run("return matchMedia('(prefers-color-scheme: dark)').matches"))
    assert not page.run(above)


def test_each_chart_has_its_table(dashboard: Browser) -> None:
    for chart in dashboard.all("figure.chart"):
        assert dashboard.all(f"#{chart.get_attribute('data-table')} tbody tr")


def test_without_scripts_the_page_has_every_figure(console: Console) -> None:
    with console.client() as client:
        wait_until(lambda: "data-pending" not in client.get("/").text)
        text = client.get("/").text
    for part in ("data-figure=", "trend-table", "exposures-table", "hk/investment-new-address", "about $"):
        assert part in text
