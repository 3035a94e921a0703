"""The life of a key: created, shown once, listed, revoked."""

import hashlib
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from tests.commands.commands import Run, failed, succeeded


def new(run: Run, name: str, *scopes: str, **settings: str) -> str:
    """The new key, from the last line."""
    options = [part for scope in scopes for part in ("--scope", scope)]
    return succeeded(run("keys", "new", "--name", name, *options, **settings)).splitlines()[-1]


def test_a_new_key_is_printed_once_alone_on_the_last_line(run: Run) -> None:
    """256 random bits; no two are the same."""
    done = run("keys", "new", "--name", "exchange", "--scope", "assess")

    key = succeeded(done).splitlines()[-1]
    assert re.fullmatch(r"fw_[A-Za-z0-9_-]{43}", key)
    assert key not in done.stderr
    assert key != new(run, "another", "assess")


def test_only_its_hash_is_kept_for_its_owner_to_read(run: Run, state: Path) -> None:
    key = new(run, "exchange", "assess")

    path = state / "keys.yaml"
    assert key not in path.read_text()
    (record,) = yaml.safe_load(path.read_text())["keys"]
    assert record["sha256"] == hashlib.sha256(key.encode()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_list_names_each_key_with_its_scopes_and_its_day(run: Run) -> None:
    assert "No keys" in succeeded(run("keys", "list"))
    keys = [new(run, "exchange", "assess", "rules"), new(run, "police-hk", "reports:HK")]
    succeeded(run("keys", "new", "--name", "staging", "--owner", "acme", "--scope", "assess", "--test"))

    printed = succeeded(run("keys", "list"))
    headings, _, *rows = (re.split(r"\s+", line) for line in printed.splitlines())
    today = datetime.now(UTC).date().isoformat()
    assert headings == ["name", "owner", "scopes", "created", "sha256"]
    assert [row[:4] for row in rows] == [
        ["exchange", "exchange", "assess,rules", today],
        ["police-hk", "police-hk", "reports:HK", today],
        ["staging", "acme", "assess", today],
    ]
    assert [row[5:] for row in rows] == [[], [], ["test"]]
    assert not any(key in printed for key in keys)


def test_a_name_in_use_is_refused_and_its_key_stays(run: Run, state: Path) -> None:
    new(run, "exchange", "assess")
    before = (state / "keys.yaml").read_bytes()

    assert "exchange" in failed(run("keys", "new", "--name", "exchange", "--scope", "assess"))
    assert (state / "keys.yaml").read_bytes() == before


def test_a_revoked_name_is_gone_and_may_be_taken_again(run: Run) -> None:
    first = new(run, "exchange", "assess")
    new(run, "other", "assess")
    assert "exchange" in succeeded(run("keys", "revoke", "exchange"))

    assert "exchange" not in succeeded(run("keys", "list"))
    assert "other" in failed(run("keys", "revoke", "exchange"))
    assert new(run, "exchange", "assess") != first


@pytest.mark.parametrize("scope", ["assess", "rules", "reports", "reports:HK"])
def test_every_scope_of_the_contract_is_taken(run: Run, scope: str) -> None:
    new(run, "exchange", scope)

    assert scope in succeeded(run("keys", "list"))


def test_a_scope_given_twice_is_kept_once(run: Run) -> None:
    new(run, "exchange", "assess", "assess")

    assert "assess,assess" not in succeeded(run("keys", "list"))


def test_a_rotated_key_has_the_owner_and_the_scopes_of_the_old_one_until_that_is_revoked(run: Run, state: Path) -> None:
    first = new(run, "acme", "assess", "rules")

    rotated = run("keys", "rotate", "acme")

    second = succeeded(rotated).splitlines()[-1]
    assert second != first
    assert "forewarn keys revoke acme" in rotated.stderr
    old, renewed = records(state)
    assert (renewed["name"], renewed["owner"], renewed["scopes"]) == ("acme-2", "acme", old["scopes"])
    succeeded(run("keys", "revoke", "acme"))
    succeeded(run("keys", "rotate", "acme-2", "--as", "acme-2027"))
    assert [(record["name"], record["owner"]) for record in records(state)] == [
        ("acme-2", "acme"),
        ("acme-2027", "acme"),
    ]
    assert "acme-2027" in failed(run("keys", "rotate", "acme"))


@pytest.mark.parametrize("options", [("--owner", "no spaces"), ("--owner", "")])
def test_an_owner_is_written_like_a_name(run: Run, options: tuple[str, ...]) -> None:
    assert "Owner" in failed(run("keys", "new", "--name", "acme", "--scope", "assess", *options))


def records(state: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = yaml.safe_load((state / "keys.yaml").read_text())["keys"]
    return found


def test_the_key_file_may_be_elsewhere(run: Run, state: Path, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "keys.yaml"
    new(run, "exchange", "assess", FOREWARN_KEYS_FILE=str(path))

    assert path.exists()
    assert not (state / "keys.yaml").exists()
