"""`forewarn preview --out`: pages that open from a disk."""

import re
from pathlib import Path

import pytest

from app.domain.errors import ForewarnError
from app.preview import static_files
from tests.alert.alert_page import violations
from tests.console.browser import CHROMIUM, DRIVER, MISSING, browser
from tests.preview.test_preview_pages import TODAY, samples, view_of


def write(out: Path) -> int:
    return static_files.write(samples(), out, TODAY, "revision sha256:0")


def test_every_rule_has_a_page_and_every_link_leads_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "preview"
    assert write(out) == len(samples().rules) + 1

    for page in out.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text()):
            assert link.startswith("https://") or (page.parent / link).is_file(), (page, link)


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)
def test_it_opens_from_disk_with_alerts_and_search(tmp_path: Path) -> None:
    write(tmp_path / "preview")
    (tmp_path / "browser").mkdir()
    with browser(tmp_path / "browser") as page:
        page.looks(dark=False, width=390)
        page.open((tmp_path / "preview/index.html").as_uri())
        page.one("#f-text").send_keys("VISA fee")
        page.run("document.getElementById('f-region').value = 'ae'")
        page.one("form button").click()
        page.wait(lambda: page.text("#count") == f"1 of {len(samples().rules)}")
        shown = [row.text for row in page.all("#rules > li") if row.is_displayed()]
        assert len(shown) == 1
        assert "job-fee" in shown[0]
        page.one("#rules > li:not([hidden]) a").click()
        page.wait(lambda: page.all("forewarn-alert"))
        title = "return document.querySelector('forewarn-alert').shadowRoot.querySelector('h2')?.textContent"
        page.wait(lambda: page.run(title))
        assert page.errors() == []  # axe-core asks for style sheets in a way that files do not answer
        assert violations(page) == []


def test_writing_again_replaces_everything_and_leaves_nothing_behind(tmp_path: Path) -> None:
    out = tmp_path / "preview"
    write(out)
    small = view_of(tmp_path / "small")

    assert static_files.write(small, out, TODAY, "") == 2
    assert [path.name for path in (out / "preview").rglob("*.html")] == ["first.html"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["preview", "small"]


def test_a_folder_with_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(ForewarnError, match="holds other files"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_failure_keeps_the_former_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "preview"
    write(out)
    before = sorted(path.relative_to(out) for path in out.rglob("*"))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(static_files, "_pages", full)
    with pytest.raises(OSError, match="No space"):
        write(out)
    assert sorted(path.relative_to(out) for path in out.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["preview"]
