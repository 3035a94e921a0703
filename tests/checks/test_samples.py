"""What ships for each region: rules and texts enough to be useful, and nothing of a contact that nobody confirmed."""

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources

ROOT = Path(__file__).parents[2]
DRAFTS = draft(read_sources(ROOT / "rules", ROOT / "locales"))
REGIONS = {name: each.form for name, each in DRAFTS.regions.items() if each.form is not None}

GATHERED = {
    *("ae", "au", "br", "ca", "de", "es", "fr", "gb", "hk", "id", "ie", "in"),
    *("jp", "kr", "kz", "my", "nz", "ph", "sg", "th", "tw", "ua", "us", "vn"),
}


def test_every_region_whose_contacts_were_gathered_ships() -> None:
    assert REGIONS.keys() >= GATHERED


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_has_three_rules_and_texts_in_each_language(region: str) -> None:
    assert len([rule for rule in DRAFTS.rules.values() if rule.region == region]) >= 3
    assert {language for where, language in DRAFTS.texts if where == region} == set(REGIONS[region].languages)


@pytest.mark.parametrize("region", REGIONS)
def test_an_official_domain_is_that_of_a_page_that_was_read(region: str) -> None:
    """The pages that were read are those of verified contacts, or the sources of such."""
    verified = [each for each in REGIONS[region].contacts.values() if each.verified]
    pages = [page for each in verified for page in (each.url, each.source) if page and page.startswith("https://")]
    hosts = [urlsplit(page).hostname or "" for page in pages]

    for domain in REGIONS[region].official_domains:
        assert any(f".{host}".endswith(f".{domain}") for host in hosts), domain


@pytest.mark.parametrize("options", [[], ["-n2"]], ids=["alone", "xdist"])
def test_a_broken_sample_ends_the_run_with_the_words_of_check(options: list[str], tmp_path: Path) -> None:
    for name in ("rules", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "app").symlink_to(ROOT / "app")
    (tmp_path / "tests").mkdir()
    for helper in ROOT.glob("tests/*.py"):
        shutil.copy(helper, tmp_path / "tests")
    (tmp_path / "tests/test_any.py").write_text("def test_any() -> None:\n    raise AssertionError\n")
    facts = tmp_path / "rules/facts.yaml"
    facts.write_text(facts.read_text().replace("type: number", "type: nunber", 1))

    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--import-mode=importlib",
        "-p",
        "no:cacheprovider",
        *options,
        "tests",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    said = run.stdout + run.stderr
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "rules/facts.yaml:" in said
    assert "error[bad-value]" in said
    assert "did you mean `number`?" in said
    assert "AssertionError" not in said
