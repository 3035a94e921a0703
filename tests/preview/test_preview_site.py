"""`forewarn preview` in a real browser: it follows the files, and every page is clean."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.alert.alert_page import violations
from tests.checks.folders import FILES, RULE, RULE_PATH, TEXT_PATH, write
from tests.console.browser import CHROMIUM, DRIVER, MISSING, Browser, browser
from tests.deployment import FIXTURE
from tests.preview.previews import serving

needs_browser = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("samples")
    for name in ("rules", "locales"):
        shutil.copytree(FIXTURE / name, folder / name)
    with serving(folder) as url:
        yield url


@pytest.fixture
def small(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder of one rule, and the address of its preview."""
    write(tmp_path, {})
    with serving(tmp_path) as url:
        yield tmp_path, url


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("browser")) as made:
        yield made


@needs_browser
@pytest.mark.parametrize(("dark", "width"), [(False, 1280), (True, 390)], ids=["light wide", "dark narrow"])
@pytest.mark.parametrize(
    "path",
    [
        "/rules",
        "/rules?text=police&region=ae",
        "/preview/hk/investment-new-address",
        "/preview/ae/fake-police",
        "/preview/ae/every-withdrawal",
        "/try/ae",
        "/try/ae?declared_purpose=job_task&rule=ae/fake-police",
        "/try/ae?amount_usd=plenty",
        "/preview/ae/no-such-rule",
    ],
)
def test_every_page_is_clean(page: Browser, samples: str, path: str, dark: bool, width: int) -> None:
    """axe-core and the browser report nothing, there is no request to another site and no sideways scrolling."""
    page.looks(dark=dark, width=width)
    page.errors()
    page.requested()
    page.open(samples + path)
    page.wait(lambda: page.run("return document.readyState") == "complete")

    assert violations(page) == []
    assert [one for one in page.errors() if "no-such-rule" not in one] == []
    assert {urlsplit(address).netloc for address in page.requested()} == {urlsplit(samples).netloc}
    assert page.run("return document.scrollingElement.scrollWidth") <= width


@needs_browser
def test_the_framed_alert_works_and_can_be_shown_as_users_get_it(page: Browser, samples: str) -> None:
    page.looks(dark=False)
    page.open(f"{samples}/preview/hk/money-mule")
    cancel = "document.querySelector('forewarn-alert').shadowRoot.querySelector('.cancel')?.click()"
    # It takes no input in its first moment.
    page.wait(lambda: page.run(f"{cancel}; return document.querySelector('.reported').textContent"))
    assert page.text(".reported") == "Reported: cancelled"
    assert page.run("return document.querySelector('forewarn-alert').shadowRoot.childElementCount") == 0

    again, as_users = page.all(".phone-box:first-of-type figcaption button")[:2]
    again.click()
    assert page.run("return document.querySelector('forewarn-alert').shadowRoot.childElementCount") > 0
    as_users.click()
    page.wait(lambda: page.text(".reported") == "Reported: shown")
    assert page.run(
        "return document.querySelector('body > forewarn-alert').shadowRoot.querySelector(':modal') !== null"
    )
    full = "document.querySelector('body > forewarn-alert')"
    page.wait(lambda: page.run(f"{full}?.shadowRoot.querySelector('.cancel')?.click(); return !{full}"))
    assert page.text(".reported") == "Reported: shown, cancelled"


@needs_browser
def test_a_saved_file_shows_immediately_and_an_error_keeps_the_last_good_preview(
    page: Browser, small: tuple[Path, str]
) -> None:
    folder, url = small
    page.looks(dark=False)
    page.open(f"{url}/preview/hk/first")
    title = "return document.querySelector('forewarn-alert').shadowRoot.querySelector('h2').textContent"
    assert page.run(title) == "Stop"

    file = folder / TEXT_PATH
    file.write_text(file.read_text().replace("title: Stop", "title: Stop and think"))
    page.wait(lambda: page.run("return document.readyState") == "complete" and page.run(title) == "Stop and think")

    (folder / RULE_PATH).write_text(RULE.replace("destination.first_use: true", "destination.first_used: true"))
    page.wait(lambda: page.all(".problems.is-error"))
    says = page.text(".problems")
    assert "1 error and 2 warnings in the files" in says
    assert "first.yaml, line 6, column 3" in says
    assert "destination.first_used: true" in says
    assert "Write instead:" in says
    assert page.run(title) == "Stop and think"
    assert violations(page) == []

    (folder / RULE_PATH).write_text(RULE)
    page.wait(lambda: not page.all(".problems"))


def test_files_with_errors_from_the_start_show_only_the_errors(tmp_path: Path) -> None:
    write(tmp_path, {RULE_PATH: "typology investment\n"})
    with serving(tmp_path) as url:
        answer = httpx.get(f"{url}/rules")

    assert "Nothing to show yet" in answer.text
    assert "error" in answer.text


def test_warnings_are_shown_too(tmp_path: Path) -> None:
    write(tmp_path, {TEXT_PATH: FILES[TEXT_PATH] + "  unused: {title: Nobody sees this, body: [Nothing at all.]}\n"})
    with serving(tmp_path) as url:
        answer = httpx.get(f"{url}/rules")

    assert "unused-message" in answer.text or "error" in answer.text


def test_another_host_name_for_this_machine_is_refused(samples: str) -> None:
    """A website could point its own name at 127.0.0.1 and read the pages (DNS rebinding)."""
    for path in ("/rules", "/version", "/preview/ae/fake-police", "/try/ae"):
        assert httpx.get(samples + path, headers={"host": "evil.example:8002"}).status_code == 403
        assert httpx.get(samples + path, headers={"host": "localhost:8002"}).status_code == 200


@pytest.mark.parametrize("path", ["/preview/ae/none", "/try/xx", "/preview/../etc", "/static/../local.py", "/nothing"])
def test_unknown_addresses_are_not_found(samples: str, path: str) -> None:
    assert httpx.get(samples + path).status_code == 404


def test_the_policy_allows_nothing_foreign_and_nothing_inline(samples: str) -> None:
    policy = httpx.get(f"{samples}/rules").headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
