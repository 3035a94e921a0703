"""Checking, publishing and rolling back rules, explaining a withdrawal, writing fallback alerts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.api import response_models
from tests.commands.commands import Run, failed, succeeded
from tests.commands.trees import FILES, RULE, broken, tree
from tests.deployment import FIXTURE, ROOT
from tests.redis_server import RedisServer


@pytest.fixture
def redis(redis_server: RedisServer) -> dict[str, str]:
    """The setting that names it."""
    return {"FOREWARN_REDIS_URL": redis_server.url}


# check


def test_check_of_good_rules_says_so(run: Run, tmp_path: Path) -> None:
    assert (
        succeeded(run("check", *tree(tmp_path), "--strict")) == "1 rule in 1 region: no problems, 1 warning accepted\n"
    )


def test_the_fixture_passes_the_strict_check(run: Run) -> None:
    succeeded(run("check", "--strict"))


def test_check_fails_on_an_error_and_says_what_to_write(run: Run, tmp_path: Path) -> None:
    """With the file, the line, the column and the nearest word."""
    done = run("check", *broken(tmp_path))

    assert done.returncode == 1
    assert re.search(r"rules/hk/every\.yaml:5:\d+: error\[[a-z-]+\]", done.stdout)
    assert "did you mean `asset`" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 error")


def test_check_fails_on_a_warning_only_where_it_is_strict(run: Run, tmp_path: Path) -> None:
    """A rule without examples can be published, and not merged."""
    folders = tree(tmp_path, **{"rules/hk/every.yaml": RULE})

    assert "warning" in succeeded(run("check", *folders))
    strict = run("check", *folders, "--strict")
    assert (strict.returncode, strict.stderr) == (1, "")
    assert "warning" in strict.stdout


def test_check_of_folders_that_are_not_there_names_them(run: Run) -> None:
    done = run("check", "--rules", "/nowhere/rules", "--locales", "/nowhere/locales")

    assert done.returncode == 1
    assert "/nowhere/rules" in done.stdout
    assert "/nowhere/locales" in done.stdout


# publish, rollback, history


def lines_of(history: str) -> list[str]:
    """The revision of each line, with a star for the one in force; newest first."""
    found = []
    for line in history.splitlines():
        action, revision = re.split(r"\s+", line)[1:3]
        found.append(f"{action} {revision}{' *' if line.endswith('* in force') else ''}")
    return found


@pytest.fixture
def published(run: Run, tmp_path: Path, redis: dict[str, str]) -> list[str]:
    """Three revisions, published in turn; the last is in force."""
    revisions: list[str] = []
    for number in range(3):
        printed = succeeded(
            run("publish", *tree(tmp_path / str(number), title=f"Title {number}"), "--by", "ann", **redis)
        )
        (revision,) = re.findall(r"^In force: (sha256:[0-9a-f]{64})$", printed, re.MULTILINE)
        assert (f"Before:   {revisions[-1]}" in printed) if revisions else ("Before" not in printed)
        revisions.append(revision)
    return revisions


def test_history_says_who_published_what_newest_first(run: Run, redis: dict[str, str], published: list[str]) -> None:
    printed = succeeded(run("history", **redis))

    short = [revision[:19] for revision in reversed(published)]
    assert lines_of(printed) == [f"publish {short[0]} *", f"publish {short[1]}", f"publish {short[2]}"]
    assert printed.count("ann") == 3
    assert len(succeeded(run("history", "--limit", "2", **redis)).splitlines()) == 2


def test_history_for_programs(run: Run, redis: dict[str, str], published: list[str]) -> None:
    entries = json.loads(succeeded(run("history", "--json", **redis)))

    assert [(entry["action"], entry["revision"], entry["current"]) for entry in entries] == [
        ("publish", revision, revision == published[-1]) for revision in reversed(published)
    ]
    assert {entry["by"] for entry in entries} == {"ann"}


def test_a_rollback_goes_back_by_one_each_time(run: Run, redis: dict[str, str], published: list[str]) -> None:
    """Until there is no earlier one."""
    assert succeeded(run("rollback", **redis)) == f"In force: {published[1]}\n"
    assert succeeded(run("rollback", "--by", "bob", **redis)) == f"In force: {published[0]}\n"
    assert published[0] in failed(run("rollback", **redis))

    printed = succeeded(run("history", **redis))
    assert lines_of(printed)[:2] == [f"rollback {published[0][:19]} *", f"rollback {published[1][:19]}"]
    assert "bob" in printed


@pytest.mark.parametrize("prefix", ["sha256:{digits:.8}", "{digits:.8}", "sha256:{digits}", "{digits}"])
def test_a_rollback_to_a_revision_takes_its_first_digits(
    run: Run, redis: dict[str, str], published: list[str], prefix: str
) -> None:
    wanted = prefix.format(digits=published[0].removeprefix("sha256:"))

    assert succeeded(run("rollback", wanted, **redis)) == f"In force: {published[0]}\n"


def test_a_rollback_to_what_is_in_force_changes_nothing(run: Run, redis: dict[str, str], published: list[str]) -> None:
    assert "Nothing changed" in succeeded(run("rollback", published[2], **redis))
    assert len(lines_of(succeeded(run("history", **redis)))) == 3


@pytest.mark.parametrize("revision", ["sha256:" + "0" * 64, "0000000000", "latest", "sha256:", "sha512:ab"])
def test_an_unknown_revision_is_refused_and_the_known_ones_are_named(
    run: Run, redis: dict[str, str], published: list[str], revision: str
) -> None:
    said = failed(run("rollback", revision, **redis))

    assert revision in said
    assert lines_of(succeeded(run("history", **redis)))[0].endswith("*")
    assert re.fullmatch("0+", revision.removeprefix("sha256:")) is None or published[0] in said


def test_a_region_loses_its_rules_only_if_it_is_named(run: Run, tmp_path: Path, redis: dict[str, str]) -> None:
    """Whether the rule is switched off or its folder is gone; a rollback asks nothing."""
    everywhere = {name.replace("/hk/", "/sg/"): text.replace("Hong Kong", "Singapore") for name, text in FILES.items()}
    both = tree(tmp_path / "both", **{name: text for name, text in everywhere.items() if "/sg/" in name})
    first = succeeded(run("publish", *both, **redis))
    off = {"rules/hk/every.yaml": FILES["rules/hk/every.yaml"] + "enabled: false\n"}

    for fewer in (tree(tmp_path / "gone"), tree(tmp_path / "off", **everywhere, **off)):
        lost = "sg" if "gone" in fewer[1] else "hk"
        said = failed(run("publish", *fewer, **redis))
        assert f"--without {lost}" in said
        assert "--without" in failed(run("publish", *fewer, "--without", "us", **redis))
        assert "In force: " in succeeded(run("publish", *fewer, "--without", lost, **redis))
        assert succeeded(run("rollback", **redis)).split()[-1] == first.split()[-1]


def test_publishing_the_same_again_changes_nothing(
    run: Run, tmp_path: Path, redis: dict[str, str], published: list[str]
) -> None:
    printed = succeeded(run("publish", *tree(tmp_path / "2", title="Title 2"), **redis))

    assert printed.startswith("Nothing changed: " + published[2])
    assert len(lines_of(succeeded(run("history", **redis)))) == 3


def test_rules_with_errors_leave_what_is_in_force(
    run: Run, tmp_path: Path, redis: dict[str, str], published: list[str]
) -> None:
    before = succeeded(run("history", **redis))

    assert "nothing was published" in failed(run("publish", *broken(tmp_path / "broken"), **redis))
    assert succeeded(run("history", **redis)) == before


def test_before_the_first_publish_there_is_no_history(run: Run, redis: dict[str, str]) -> None:
    assert "Nothing has been published" in succeeded(run("history", **redis))
    failed(run("rollback", **redis))


def test_a_publish_from_a_clone_names_the_commit(run: Run, redis: dict[str, str]) -> None:
    """The commit of this repository, where the published files lie."""
    succeeded(run("publish", **redis))

    commit = re.search(r"commit ([0-9a-f]{12})( with changes)?", succeeded(run("history", **redis)))
    head = (ROOT / ".git").exists()
    assert bool(commit) is head


# explain


def readme_withdrawal() -> str:
    found = re.search(r"-d '(\{.*?\})'", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def withdrawal(tmp_path: Path) -> Path:
    """The README's, in a file."""
    path = tmp_path / "withdrawal.json"
    path.write_text(readme_withdrawal())
    return path


def test_explain_says_which_rules_match_the_readme_withdrawal_and_why(run: Run, withdrawal: Path) -> None:
    """Matches first, each condition with the value that it saw. Needs no Redis."""
    lines = succeeded(run("explain", withdrawal)).splitlines()

    assert re.fullmatch(r"HK on \d{4}-\d\d-\d\d: 2 of \d+ rules match; hk/investment-new-address is shown", lines[0])
    assert lines[2:6] == [
        "✓ hk/investment-new-address  high",
        "  ✓ destination.first_use: true  (saw true)",
        '  ✓ amount_usd: {"gte":1000}  (saw 12500.0)',
        "  ✓ any of:",
    ]
    rules = [line for line in lines[1:] if line[:1] in {"✓", "✗"}]
    assert [line[0] for line in rules] == ["✓", "✓", *["✗"] * (len(rules) - 2)]
    assert all("  conditions not met" in line or "not asked here" in line for line in rules[2:])
    assert "(not given)" in "".join(lines)


def test_explain_reads_standard_input(process: Run, run: Run, withdrawal: Path) -> None:
    assert succeeded(process("explain", "-", input=readme_withdrawal())) == succeeded(run("explain", withdrawal))


def test_explain_about_one_rule(run: Run, withdrawal: Path) -> None:
    printed = succeeded(run("explain", withdrawal, "--rule", "hk/extortion"))

    assert [line for line in printed.splitlines() if line[:1] in {"✓", "✗"}] == [
        "✗ hk/extortion  high  conditions not met"
    ]


def test_explain_as_json_is_what_the_service_answers(run: Run, withdrawal: Path) -> None:
    explained = response_models.Explanation.model_validate_json(succeeded(run("explain", withdrawal, "--json")))

    assert (explained.shown, explained.matched_count) == ("hk/investment-new-address", 2)
    assert explained.rule_count == len(explained.rules)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"region": "hk", "secret-field": "hunter2"}', ("/withdrawal_id is required", "/region", "/secret-field")),
        ('{"withdrawal_id": "w", "user_id": "u", "region": "HK", "amount": "hunter2"}', ("/amount",)),
        ('{"withdrawal_id": "hunter2', ("not JSON", "line 1")),
        ("", ("empty",)),
        ("[]", ("expected an object",)),
        ("\ufeff{}", ("not JSON",)),
    ],
)
def test_a_malformed_withdrawal_is_one_line_without_its_values(
    run: Run, tmp_path: Path, body: str, words: tuple[str, ...]
) -> None:
    path = tmp_path / "withdrawal.json"
    path.write_text(body)

    said = failed(run("explain", path))
    assert all(word in said for word in words)
    assert "hunter2" not in said


def test_explain_about_a_rule_that_is_not_asked_names_it(run: Run, withdrawal: Path) -> None:
    said = failed(run("explain", withdrawal, "--rule", "gb/safe-account"))

    assert "gb/safe-account" in said
    assert "HK" in said


# fallback


def test_fallback_writes_a_valid_alert_per_region_and_language(run: Run, tmp_path: Path) -> None:
    """Each as the service would answer it, without placeholders; the index lists languages, the default first."""
    out = tmp_path / "deep" / "out"
    printed = succeeded(run("fallback", "--out", out))

    index = json.loads((out / "index.json").read_text())
    regions = {path.parent.name: yaml.safe_load(path.read_text()) for path in (FIXTURE / "rules").glob("*/region.yaml")}
    assert {code.lower() for code in index["regions"]} == set(regions)
    expected = {Path("index.json")}
    for code, entry in index["regions"].items():
        assert entry["languages"] == regions[code.lower()]["languages"]
        assert entry["default_language"] == entry["languages"][0]
        assert entry["foreign_language"] == ("en" if "en" in entry["languages"] else entry["languages"][0])
        for language in entry["languages"]:
            expected.add(Path(code, f"{language}.json"))
            alert = response_models.Alert.model_validate_json((out / code / f"{language}.json").read_text())
            assert (alert.rule_id, alert.region, alert.language) == (entry["rule_id"], code, language)
            assert alert.body
            assert "{" not in "".join([alert.title, *alert.body, *alert.questions, *(a.label for a in alert.actions)])
            assert (alert.actions[0].kind, alert.actions[-1].kind) == ("cancel", "proceed")
    assert {path.relative_to(out) for path in out.rglob("*.json")} == expected
    assert printed == f"Wrote {len(expected)} files to {out}\n"


def test_fallback_writes_the_same_again(run: Run, tmp_path: Path) -> None:
    def written() -> dict[Path, bytes]:
        succeeded(run("fallback", "--out", tmp_path / "out", *tree(tmp_path / "tree")))
        return {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}

    assert written() == written()


def test_fallback_for_a_region_that_has_nothing_to_show_names_it(run: Run, tmp_path: Path) -> None:
    """A rule with conditions is no fallback, since the withdrawal is unknown; nothing is written."""
    changes: dict[str, Any] = {"rules/hk/every.yaml": f"{FILES['rules/hk/every.yaml']}when: {{asset: USDT}}\n"}

    said = failed(run("fallback", "--out", tmp_path / "out", *tree(tmp_path / "tree", **changes)))
    assert "HK" in said
    assert not (tmp_path / "out").exists()
