"""The rules in force, as those who ask for them read them."""

from typing import Any

import httpx
import pytest
import yaml

from app.api import response_models
from tests.api.problems import VALUE, refused
from tests.api.whole_answers import whole
from tests.deployment import FIXTURE, Deployment

IDS = sorted(
    f"{path.parent.name}/{path.stem}" for path in (FIXTURE / "rules").glob("*/*.yaml") if path.stem != "region"
)

# As requests name them.
REGIONS = sorted(
    {folder if folder == "global" else folder.upper() for folder in (id_.partition("/")[0] for id_ in IDS)}
)


def pages(client: httpx.Client, **query: Any) -> list[dict[str, Any]]:
    """Every page, as a caller walks them."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        assert len(found) <= len(IDS), "the pages have no end"
        page = client.get("/v1/rules", params={**query, **({"cursor": cursor} if cursor else {})}).json()
        whole(response_models.RulePage, page)
        found.append(page)
        cursor = page["next_cursor"]
    return found


@pytest.mark.parametrize("limit", [1, 5, len(IDS) - 1, len(IDS), len(IDS) + 1, 200])
def test_all_pages_together_hold_every_rule_once(client: httpx.Client, limit: int) -> None:
    """In the order of their ids, `limit` a page, and one revision."""
    walked = pages(client, limit=limit)

    assert [rule["id"] for page in walked for rule in page["rules"]] == IDS
    assert all(len(page["rules"]) == limit for page in walked[:-1])
    assert 0 < len(walked[-1]["rules"]) <= limit
    assert len({page["revision"] for page in walked}) == 1


def test_without_a_limit_a_page_has_200(client: httpx.Client) -> None:
    assert [rule["id"] for rule in pages(client)[0]["rules"]] == IDS


@pytest.mark.parametrize("region", REGIONS)
def test_a_region_has_its_own_rules_only(client: httpx.Client, region: str) -> None:
    walked = pages(client, region=region, limit=2)

    assert [rule["id"] for page in walked for rule in page["rules"]] == [
        id_ for id_ in IDS if id_.startswith(f"{region.lower()}/")
    ]
    assert {rule["region"] for page in walked for rule in page["rules"]} == {region}


def test_a_region_without_a_folder_has_none(client: httpx.Client) -> None:
    assert [page["rules"] for page in pages(client, region="ZZ")] == [[]]


def test_a_cursor_past_the_end_finds_nothing(client: httpx.Client) -> None:
    page = client.get("/v1/rules", params={"cursor": "zz/zz"}).json()

    assert (page["rules"], page["next_cursor"]) == ([], None)


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": limit} for limit in ("0", "201", "-1", "1.5", "", "9" * 5000, VALUE)),
        *({"region": region} for region in ("hk", "HKG", "GLOBAL", "", VALUE)),
        {"cursor": "x" * 257},
    ],
)
def test_a_wrong_query_is_refused_by_name(client: httpx.Client, query: dict[str, str]) -> None:
    errors = refused(client.get("/v1/rules", params=query), 422)

    ((pointer, detail),) = errors.items()
    assert pointer == ""
    assert f"query parameter {next(iter(query))} expected" in detail


def test_every_wrong_query_parameter_is_said_at_once(client: httpx.Client) -> None:
    said = refused(client.get("/v1/rules?limit=x&region=x"), 422)[""]

    assert "limit" in said
    assert "region" in said


@pytest.mark.parametrize("rule_id", IDS)
def test_a_rule_alone_is_what_the_list_says(client: httpx.Client, rule_id: str) -> None:
    """And what its file says."""
    answer = client.get(f"/v1/rules/{rule_id}").json()
    whole(response_models.Rule, answer)
    rule = answer["rule"]

    listed = client.get("/v1/rules").json()["rules"]
    assert rule in listed
    written = yaml.safe_load((FIXTURE / "rules" / f"{rule_id}.yaml").read_text())
    for name in ("typology", "severity", "rationale", "message"):
        assert rule[name] == written[name]
    assert rule["priority"] == written.get("priority", 0)
    assert rule["enabled"] is written.get("enabled", True)
    assert (rule["when"] is None) == ("when" not in written)
    assert written.get("presentation", {}).items() <= rule["presentation"].items()


@pytest.mark.parametrize("rule_id", ["hk/investment-new-address", "hk/extortion", "hk/remote-access-session"])
def test_conditions_are_listed_in_the_words_of_their_file(client: httpx.Client, rule_id: str) -> None:
    written = yaml.safe_load((FIXTURE / "rules" / f"{rule_id}.yaml").read_text())

    assert client.get(f"/v1/rules/{rule_id}").json()["rule"]["when"] == written["when"]


def test_a_rule_has_its_texts_in_every_language_and_says_where_they_are_from(client: httpx.Client) -> None:
    rule = client.get("/v1/rules/hk/investment-new-address").json()["rule"]

    assert list(rule["texts"]) == ["zh-Hant", "en", "zh-Hans"]
    assert rule["partner"]["name"] == "Hong Kong Police Force"
    for language, texts in rule["texts"].items():
        written = yaml.safe_load((FIXTURE / "locales" / "hk" / f"{language}.yaml").read_text())
        assert texts["status"] == written["status"] == "sample"
        (wording,) = texts["variants"].values()
        assert wording["title"] == written["messages"]["investment"]["title"]
        assert wording["body"] == written["messages"]["investment"]["body"]


def test_every_variant_of_a_text_is_listed(client: httpx.Client) -> None:
    texts = client.get("/v1/rules/gb/every-withdrawal").json()["rule"]["texts"]["en"]

    assert list(texts["variants"]) == ["a", "b"]


@pytest.mark.parametrize(
    "rule_id", ["hk/none", "hk", "HK/every-withdrawal", "hk/every-withdrawal/", f"hk/{VALUE}", "x" * 5000, "hk%00", "é"]
)
def test_a_rule_that_is_not_in_force_is_404(client: httpx.Client, rule_id: str) -> None:
    refused(client.get(f"/v1/rules/{rule_id}"), 404)


def test_the_revision_is_the_one_that_answers_assessments(service: Deployment, client: httpx.Client) -> None:
    assert client.get("/v1/rules").json()["revision"] == service.readyz()["bundle"]["revision"]
