"""The rules in force, in the console."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.bundle.revision import revision_of
from app.console.overdue_list import overdue_list
from app.console.published_rules import FROM_DISK, RETRY, SILENT, UNREADABLE, VANISHED, PublishedRules
from app.preview.rulebook_view import RulebookView
from app.storage.bundle_store import BundleStore
from app.storage.last_good import LastGood
from app.storage.redis_client import connect_sync
from app.storage.storage_errors import BundleCorrupt, StorageError
from tests.alert.alert_page import violations
from tests.checks.folders import REGION, REGION_PATH, RULE, TEXT_PATH, TEXTS, checked
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.console.conftest import Console

needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)


def bundle(folder: Path, title: str = "Stop") -> bytes:
    found = checked(folder, {TEXT_PATH: TEXTS.replace("title: Stop", f"title: {title}")})
    assert found.bundle is not None
    return found.bundle


def publish(console: Console, content: bytes) -> None:
    with connect_sync(console.redis.url) as client:
        BundleStore(client).publish(content, by="tests", commit="", at="2026-11-20T00:00:00Z")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    folder = tmp_path_factory.mktemp("rules-console")
    made = Console(folder, events=[])
    publish(made, bundle(folder / "files"))
    yield made
    made.close()


def test_a_key_for_rules_reads_them_and_no_figure(published: Console) -> None:
    with published.client("officer") as client:
        assert "hk/<wbr>first" in client.get("/rules").text
        assert "Stop" in client.get("/preview/hk/first").text
        assert "is shown" in client.get("/try/hk?destination.first_use=true&amount_usd=2000").text
        assert client.get("/v1/reports/reconsideration").status_code == 403
        assert client.get("/").headers["location"] == "/rules"


def test_a_key_for_reports_reads_no_rule(published: Console) -> None:
    with published.client("police-hk") as client:
        for path in ("/rules", "/preview/hk/first", "/try/hk"):
            answer = client.get(path)
            assert answer.status_code == 403
            assert "scope “rules”" in answer.text
            assert "Stop" not in answer.text


def test_without_a_key_one_signs_in_and_comes_back(published: Console) -> None:
    with published.client(None) as client:
        answer = client.get("/preview/hk/first?a=b")
        assert answer.headers["location"] == "/login?next=%2Fpreview%2Fhk%2Ffirst%3Fa%3Db"
        form = {"key": published.keys["officer"], "next": "/preview/hk/first?a=b"}
        assert client.post("/login", data=form).headers["location"] == "/preview/hk/first?a=b"
        assert client.get("/preview/hk/first").status_code == 200


@pytest.mark.parametrize("address", ["//evil.example", "/rules\\@evil", "/rules\r\nx: y", "https://evil.example/rules"])
def test_signing_in_leads_to_no_other_site(published: Console, address: str) -> None:
    with published.client(None) as client:
        answer = client.post("/login", data={"key": published.keys["officer"], "next": address})

        assert answer.headers["location"] == "/"


def test_each_visitor_is_led_to_what_the_key_may_read(published: Console) -> None:
    with published.client("everything") as client:
        page = client.get("/rules").text
        assert '<a href="/">Figures</a> <a href="/rules" aria-current="page">Rules</a>' in page
        assert '<a href="/" aria-current="page">Figures</a> <a href="/rules">Rules</a>' in client.get("/").text
    with published.client("officer") as client:
        assert "Figures</a>" not in client.get("/rules").text


def test_what_is_published_is_shown_at_once(empty_console: Console, tmp_path: Path) -> None:
    with empty_console.client("officer") as client:
        assert "No rules have been published yet." in client.get("/rules").text
        for title in ("First", "Second"):
            publish(empty_console, bundle(tmp_path / title, title))
            assert title in client.get("/preview/hk/first").text


def test_with_redis_away_the_last_rules_are_shown_and_it_says_so(empty_console: Console, tmp_path: Path) -> None:
    publish(empty_console, bundle(tmp_path / "files"))
    with empty_console.client("officer") as client:
        assert SILENT not in client.get("/rules").text
        empty_console.redis.stop()
        answer = client.get("/preview/hk/first")

    assert answer.status_code == 200
    assert "Stop" in answer.text
    assert SILENT in answer.text


@pytest.fixture(scope="module")
def overdue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """Two regions whose contacts are past their day; one rule is, too."""
    folder = tmp_path_factory.mktemp("overdue-console")
    made = Console(folder, events=[])
    late = REGION.replace(
        "verified_at: 2026-11-01, verify_by: 2027-05-01", "verified_at: 2020-11-01, verify_by: 2021-05-01"
    )
    changes: dict[str, str | bytes | None] = {
        REGION_PATH: late,
        "rules/sg/region.yaml": late.replace("Hong Kong", "Singapore", 1).replace("[en, ar]", "[en]"),
        "rules/sg/spring.yaml": RULE + "active: {until: 2021-06-01}\n",
        "locales/sg/en.yaml": TEXTS,
    }
    content = checked(folder / "files", changes).bundle
    assert content is not None
    publish(made, content)
    yield made
    made.close()


def test_what_is_past_its_day_stands_above_the_rules(overdue: Console) -> None:
    with overdue.client("everything") as client:
        page = client.get("/rules").text
        assert "Past their day: 6 contacts to verify again, 1 rule whose period is over" in " ".join(page.split())
        assert "<code>helpline</code>, by 1 May 2021" in page
        assert '<a href="/preview/sg/spring">sg/<wbr>spring</a>, until 1 June 2021' in page


def test_a_key_of_one_region_sees_what_is_past_its_day_there(overdue: Console) -> None:
    with overdue.client("officer-hk") as client:
        page = client.get("/rules").text
        assert "Past their day: 3 contacts to verify again</summary>" in " ".join(page.split()).replace(
            " </summary>", "</summary>"
        )
        assert "Singapore</b>" not in page


def test_a_day_has_passed_the_day_after(tmp_path: Path) -> None:
    content = bundle(tmp_path)
    view = RulebookView.of(revision_of(content), content)

    assert overdue_list(view, (), date(2027, 5, 1)) == []
    assert [len(each.contacts) for each in overdue_list(view, (), date(2027, 5, 2))] == [3]


class Store:
    """Bundles as a test wants them."""

    def __init__(self) -> None:
        self.revision: str | None = None
        self.content = b""
        self.down = False
        self.asked = 0

    def current(self) -> str | None:
        self.asked += 1
        if self.down:
            raise StorageError("Redis did not answer")
        return self.revision

    def fetch(self, revision: str) -> bytes:
        if revision_of(self.content) != revision:
            raise BundleCorrupt("another one")
        return self.content


def test_a_console_that_starts_without_redis_shows_what_the_service_here_served_last(tmp_path: Path) -> None:
    content = bundle(tmp_path / "files")
    LastGood(tmp_path).save(revision_of(content), content)
    store = Store()
    store.down = True
    now = PublishedRules(store, LastGood(tmp_path), lambda: 0.0).now()

    assert now.view is not None
    assert now.notice == FROM_DISK


def test_a_silent_redis_is_left_alone_for_a_while_and_then_asked_again(tmp_path: Path) -> None:
    clock = [0.0]
    store = Store()
    store.content = bundle(tmp_path / "files")
    store.revision = revision_of(store.content)
    rules = PublishedRules(store, LastGood(tmp_path), lambda: clock[0])
    assert rules.now().notice is None

    store.down = True
    assert [rules.now().notice for _ in range(3)] == [SILENT] * 3
    assert store.asked == 2
    store.down = False
    clock[0] = RETRY
    assert rules.now().notice is None


def test_a_bundle_that_cannot_be_read_leaves_the_one_before(tmp_path: Path) -> None:
    store = Store()
    store.content = bundle(tmp_path / "files")
    store.revision = revision_of(store.content)
    rules = PublishedRules(store, LastGood(tmp_path), lambda: 0.0)
    first = rules.now().view
    store.content = b"no bundle"

    assert rules.now().view is first
    store.revision = "sha256:other"
    now = rules.now()
    assert (now.view, now.notice) == (first, UNREADABLE)


def test_a_revision_that_vanished_leaves_the_last_one(tmp_path: Path) -> None:
    store = Store()
    store.content = bundle(tmp_path / "files")
    store.revision = revision_of(store.content)
    rules = PublishedRules(store, LastGood(tmp_path), lambda: 0.0)
    first = rules.now().view
    store.revision = None

    assert (rules.now().view, rules.now().notice) == (first, VANISHED)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@needs_browser
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 390)], ids=["light wide", "dark narrow"])
def test_its_pages_are_clean(overdue: Console, page: Browser, dark: bool, width: int) -> None:
    page.looks(dark=dark, width=width)
    page.driver.delete_all_cookies()
    page.open(f"{overdue.url}/rules")
    page.one("#key").send_keys(overdue.keys["everything"])
    page.one(".door button").click()
    page.wait(lambda: page.all("#rules"))
    page.errors()
    for path in ("/rules", "/preview/hk/first", "/try/hk?amount_usd=2000", "/preview/hk/none"):
        page.open(overdue.url + path)
        assert violations(page) == [], path
        assert page.run("return document.scrollingElement.scrollWidth") <= width, path
        assert [one for one in page.errors() if "/none" not in one] == [], path
