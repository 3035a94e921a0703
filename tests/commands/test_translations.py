"""`forewarn translations` as a partner's translator runs it."""

from pathlib import Path

from tests.checks.folders import FILES, write
from tests.commands.commands import Run, failed, succeeded


def folders(root: Path) -> tuple[str, ...]:
    write(root, FILES)
    return "--rules", str(root / "rules"), "--locales", str(root / "locales")


def test_it_lists_the_state_of_every_translation(run: Run, tmp_path: Path) -> None:
    said = succeeded(run("translations", *folders(tmp_path)))

    assert said == "hk          ar\ninvestment  unmarked\n\n0 current, 0 behind, 1 unmarked, 0 missing\n"


def test_what_is_marked_is_current_until_its_source_changes(run: Run, tmp_path: Path) -> None:
    options = folders(tmp_path)
    first = tmp_path / "locales/hk/en.yaml"

    assert succeeded(run("translations", "--mark", "hk/ar/investment", *options)) == "Marked 1 text in 1 file\n"
    assert "1 current" in succeeded(run("translations", *options))
    first.write_text(first.read_text().replace("title: Stop", "title: Halt"))
    assert "1 behind" in succeeded(run("translations", "hk", *options))
    assert "warning[translation-behind]" in run("check", *options).stdout


def test_only_named_places_are_marked(run: Run, tmp_path: Path) -> None:
    options = folders(tmp_path)
    before = (tmp_path / "locales/hk/ar.yaml").read_bytes()

    assert "only texts that somebody has compared" in failed(run("translations", "--mark", *options), code=2)
    assert "no translation there" in failed(run("translations", "--mark", "hk/ar/invest", *options))
    assert (tmp_path / "locales/hk/ar.yaml").read_bytes() == before
