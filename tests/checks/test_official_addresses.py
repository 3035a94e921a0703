"""A contact leads to its authority's own page, by a number that can be dialled."""

from pathlib import Path

import pytest

from tests.checks.folders import REGION, REGION_PATH, checked


def codes(root: Path, old: str, new: str) -> list[str]:
    changed = REGION.replace(old, new)
    assert changed != REGION
    return [problem.code for problem in checked(root, {REGION_PATH: changed}).problems]


PAGE = "https://police.example/lookup"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://police.example.scam.example/lookup", "unofficial-address"),
        ("https://notpolice.example/lookup", "unofficial-address"),
        ("https://bit.ly/2abc", "web-address"),
        ("https://wa.me/85212345678", "web-address"),
        ("https://t.me/police", "web-address"),
        ("https://sites.google.com/view/police", "web-address"),
        ("https://police.github.io/lookup", "web-address"),
        ("https://10.0.0.1/lookup", "web-address"),
        ("https://police.example:8443/lookup", "web-address"),
        ("https://police.example/go?to=https:evil.example", "web-address"),
        ("https://police.example/go?to=//evil.example", "web-address"),
        ("https://police.example/go?to=%2F%2Fevil.example", "web-address"),
        ("https://police.example/go?to=%252F%252Fevil.example", "web-address"),
        ("https://police.example/go#me@evil.example", "web-address"),
        ("https://xn--plice-mye.example/", "web-address"),
        ("https://localhost/", "web-address"),
    ],
)
def test_a_contact_leads_nowhere_else(tmp_path: Path, url: str, code: str) -> None:
    assert code in codes(tmp_path, PAGE, url)


@pytest.mark.parametrize(
    "url", ["https://police.example/a", "https://www.police.example/a?b=c", "https://a.b.police.example"]
)
def test_every_page_under_an_official_domain_is_fine(tmp_path: Path, url: str) -> None:
    assert codes(tmp_path, PAGE, url) == []


def test_an_unverified_contact_may_wait_for_its_domain(tmp_path: Path) -> None:
    assert codes(tmp_path, '{phone: "999", does: help', '{url: "https://other.example", does: help') == []


def test_where_the_official_domains_cannot_be_read_nothing_is_said_of_contacts(tmp_path: Path) -> None:
    assert codes(tmp_path, "[police.example]", "[Police Example]") == ["bad-value"]


@pytest.mark.parametrize("domain", ["com", "gov.hk", "co.uk", "github.io", "police.blogspot.com", "t.me", "bit.ly"])
def test_a_domain_of_everybody_is_not_official(tmp_path: Path, domain: str) -> None:
    found = codes(tmp_path, "[police.example]", f"[police.example, {domain}]")

    assert found in (["broad-domain"], ["bad-value"])


@pytest.mark.parametrize("domain", ["police.gov.hk", "reportfraud.police.uk", "ic3.gov", "report.service.gov.uk"])
def test_an_authoritys_own_domain_is_official(tmp_path: Path, domain: str) -> None:
    assert codes(tmp_path, "[police.example]", f"[police.example, {domain}]") == []


@pytest.mark.parametrize("number", ["+44 20 7946 0000", "90012345678", "2860501234567"])
def test_a_number_that_hong_kong_cannot_have_is_doubted(tmp_path: Path, number: str) -> None:
    assert codes(tmp_path, '"999"', f'"{number}"') == ["phone-number"]


@pytest.mark.parametrize("number", ["18222", "*#9110", "2860 5012", "+852 2860 5012", "1-800-555", "110"])
def test_short_and_ordinary_numbers_are_not_doubted(tmp_path: Path, number: str) -> None:
    assert codes(tmp_path, '"999"', f'"{number}"') == []


@pytest.mark.parametrize("name", ["Unit t.me/police", "Unit 9123 4567", "Unit one two three four five", "Unit @police"])
def test_a_name_that_alerts_show_sends_nobody_anywhere(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, "unit: Unit", f'unit: "{name}"') in (["address"], ["digits"])


def test_a_number_that_diverts_calls_is_doubted(tmp_path: Path) -> None:
    assert codes(tmp_path, '"18222"', '"*21*0912345678#"') == ["phone-number"]
    assert codes(tmp_path, '"18222"', '"*150#"') == []
