"""`forewarn new` as an author runs it."""

from pathlib import Path

import pytest

from app.commands import new
from app.storage.atomic_file import write_atomically
from tests.commands.commands import Run, failed, succeeded
from tests.commands.trees import tree


def test_it_writes_the_rule_and_its_text_and_says_what_comes_next(run: Run, tmp_path: Path) -> None:
    options = tree(tmp_path)
    said = succeeded(run("new", "hk/parcel-scam", "--typology", "purchase", *options))

    assert str(tmp_path / "rules/hk/parcel-scam.yaml") in said
    assert "forewarn preview" in said
    assert "typology: purchase" in (tmp_path / "rules/hk/parcel-scam.yaml").read_text()
    assert "  parcel-scam:" in (tmp_path / "locales/hk/en.yaml").read_text()
    checked = run("check", *options)
    assert checked.returncode == 1
    assert "error[unfilled]" in checked.stdout


def test_what_cannot_be_begun_changes_nothing(run: Run, tmp_path: Path) -> None:
    options = tree(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}

    assert "There is a rule hk/every already" in failed(run("new", "hk/every", *options))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before


def test_a_full_disk_leaves_every_file_as_it_was(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = tree(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}
    real = write_atomically

    def full(path: Path, content: bytes) -> None:
        if path.name == "parcel-scam.yaml":
            raise OSError(28, "No space left on device", str(path))
        real(path, content)

    monkeypatch.setattr(new, "write_atomically", full)
    assert "No space left" in failed(run("new", "hk/parcel-scam", *options))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")} == before
