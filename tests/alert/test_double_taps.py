"""A user taps Withdraw twice, and decides later: in React 18 and 19, from the form to the service's record."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.alert.exchange import exchange
from tests.alert.pages_site import ServedPages, build, needs_pages
from tests.alert.window import Window
from tests.console.browser import Browser
from tests.deployment import Deployment, running_service
from tests.waiting import wait_until

pytestmark = needs_pages

RUNS = 100
WINDOWS = (18, 19, 18, 19)  # side by side, each with its version of React; the machine shares two cores among them
PRESENTATION = {"mode": "dialog", "min_display_seconds": 0, "acknowledge": "none"}
OUTCOME = {"cancel": "cancelled", "call": "reviewed", "proceed": "proceeded"}
CHOICES = [("cancel",), ("proceed",), ("call", "cancel"), ("call", "proceed")]
_ROOT = "document.querySelector('forewarn-alert')?.shadowRoot"


def have_arrived(site: ServedPages, assessment_id: str, count: int) -> None:
    """Before the next one is sent: one beacon may overtake another."""
    wait_until(lambda: site.sent[assessment_id] == count, timeout=40)


def double_taps(
    window: Window, site: ServedPages, choices: list[tuple[str, ...]], seed: int
) -> tuple[dict[str, list[str]], int]:
    """Taps Withdraw, taps again where the alert's buttons are, and then decides."""
    dice = random.Random(seed)
    (button,) = window.middles("document", "form button")
    places = [button]
    meant, ignored = {}, 0
    for choice in choices:
        window.run("said.length = 0")
        window.tap(button)
        time.sleep(dice.uniform(0.04, 0.6))  # the user's own delay
        window.tap(dice.choice(places))
        window.wait("said.some(one => one.outcome === 'shown' && performance.now() - one.at > 700)")
        places = window.middles(_ROOT, ".cancel, .call, .proceed")
        assert len(places) == 3, "the second tap closed the alert"
        where = dict(zip(("cancel", "call", "proceed"), places, strict=True))
        expected = ["shown"]
        for kind in choice:
            window.tap(where[kind])
            expected.append(OUTCOME[kind])
            window.wait(f"said.some(one => one.outcome === '{OUTCOME[kind]}')")
            have_arrived(site, window.run("said.at(-1).assessment_id"), len(expected))
        window.wait("document.querySelector('[role=status]').textContent.endsWith('.')")
        last = window.run("said.at(-1)")
        meant[last["assessment_id"]] = expected
        ignored += last["ignored_inputs"]
    return meant, ignored


def in_windows(driven: Browser, site: ServedPages) -> tuple[dict[str, list[str]], int]:
    """What was meant in each run, by assessment, and how many taps the alerts ignored."""
    choices = CHOICES * (RUNS // len(CHOICES))
    random.Random(7).shuffle(choices)
    windows = [Window(driven, f"{site.url}/{version}/withdrawal", touch=at > 1) for at, version in enumerate(WINDOWS)]
    parts = [(windows[at], site, choices[at :: len(windows)], at) for at in range(len(windows))]
    with ThreadPoolExecutor(len(windows)) as pool:
        found = [*pool.map(lambda part: double_taps(*part), parts)]
    for window in windows:
        window.close()
    return {id_: said for meant, _ in found for id_, said in meant.items()}, sum(ignored for _, ignored in found)


def outcomes(service: Deployment) -> dict[str, list[str]]:
    """What the service recorded, by assessment, in order."""
    found: dict[str, list[str]] = {}
    for event in service.events():
        if event["event"] == "outcome":
            found.setdefault(event["assessment_id"], []).append(event["outcome"])
    return found


def test_what_was_meant_is_what_counts(one_browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    build(tmp_path / "pages")
    with (
        running_service(tmp_path) as service,
        service.client() as client,
        exchange(ServedPages(tmp_path / "pages", client, PRESENTATION)) as site,
    ):
        meant, ignored = in_windows(one_browser, site)
        wait_until(lambda: sum(map(len, outcomes(service).values())) >= sum(map(len, meant.values())))
        recorded = outcomes(service)

    assert site.refused == []
    assert len(meant) == RUNS
    assert recorded == meant
    assert ignored > RUNS / 4, "few taps met the alert in its first 700 ms: this test shows nothing"
