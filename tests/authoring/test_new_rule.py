"""`forewarn new`: its template explains itself, is valid except for its blanks, and cannot be published with one."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from app.authoring.new_rule import CannotCreate, new_rule
from app.authoring.problem_codes import Code
from app.bundle.decode import decode_all
from app.bundle.record import BLANK
from app.bundle.refusal import BundleError
from app.checks.checker import check
from tests.checks.folders import TEXT_PATH, TEXTS, checked, write
from tests.deployment import FIXTURE

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    for name in ("rules", "locales"):
        shutil.copytree(FIXTURE / name, folder / name)
    return folder


def put(root: Path, rule_id: str, typology: str | None = None) -> dict[Path, bytes]:
    """Writes the template; returns the earlier contents of its files."""
    made = new_rule(root / "rules", root / "locales", rule_id, typology)
    before = {path: path.read_bytes() for path in made.text_files}
    for path, content in made.files.items():
        path.write_bytes(content)
    return before


def filled(root: Path, rule_id: str) -> None:
    """As an author would, but with the same English everywhere."""
    region, name = rule_id.split("/")
    for path in [root / f"rules/{region}/{name}.yaml", *(root / f"locales/{region}").glob("*.yaml")]:
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(line.replace(BLANK, "Stop here, and ask") for line in lines))


@pytest.mark.parametrize("rule_id", ["hk/parcel-scam", "ae/parcel-scam", "global/parcel-scam", "tw/parcel-scam"])
def test_in_every_region_only_its_blanks_are_wrong_with_it(samples: Path, tmp_path: Path, rule_id: str) -> None:
    shutil.copytree(samples, tmp_path / "copy")
    before = check(samples / "rules", samples / "locales", TODAY)
    put(tmp_path / "copy", rule_id)
    after = check(tmp_path / "copy/rules", tmp_path / "copy/locales", TODAY)

    new = after.problems[:]
    assert {problem.code for problem in new} - {problem.code for problem in before.problems} == {Code.UNFILLED.slug}
    languages = len(list((samples / "locales" / rule_id.split("/", maxsplit=1)[0]).glob("*.yaml")))
    assert len([1 for problem in new if problem.code == Code.UNFILLED.slug]) == 1 + 5 * languages
    assert len(new) - len(before.problems) == 1 + 5 * languages
    assert after.bundle is None


@pytest.mark.parametrize("typology", [None, *sorted(["investment", "romance", "purchase", "phishing", "money_mule"])])
def test_once_filled_in_it_can_be_published(samples: Path, tmp_path: Path, typology: str | None) -> None:
    shutil.copytree(samples, tmp_path / "copy")
    put(tmp_path / "copy", "hk/parcel-scam", typology)
    filled(tmp_path / "copy", "hk/parcel-scam")
    after = check(tmp_path / "copy/rules", tmp_path / "copy/locales", TODAY)

    assert [problem for problem in after.errors if problem.code != "digits"] == []
    # Where the region warns of that scam already, the new rule may come after the one there.
    said = {problem.code for problem in after.problems if problem.path.endswith("parcel-scam.yaml")}
    assert said <= {Code.NEVER_SHOWN.slug}


def test_every_other_byte_stays(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            TEXT_PATH: "# first\r\n\r\n"
            + TEXTS.replace("\n", "\r\n").replace("b: {title: Wait}", "b: {title: Wait}   # why")
            + "\r\n  # a note at the end\r\n\r\naccept: {}\r\n",
            "locales/hk/ar.yaml": TEXTS.replace("language: en", "language: ar").rstrip("\n"),
        },
    )
    before = put(tmp_path, "hk/parcel-scam")

    for path, old in before.items():
        new = path.read_bytes()
        start = next(place for place in range(len(old) + 1) if place == len(old) or old[place] != new[place])
        ending = old[start:].lstrip()
        assert new.endswith(ending)
        assert b"parcel-scam:" in new
        assert (b"\r\n" in new) is (b"\r\n" in old)
        assert new.count(b"\n") - new.count(b"\r\n") == (0 if b"\r\n" in old else new.count(b"\n"))
    english = (tmp_path / TEXT_PATH).read_bytes().decode()
    assert english.index("# why") < english.index("parcel-scam:") < english.index("# a note at the end")


def test_a_long_text_at_the_end_of_a_file_is_not_cut(tmp_path: Path) -> None:
    folded = "  last:\n    title: Stop\n    body:\n      - >-\n        One line,\n        and another. Hang up.\n\n\n"
    write(tmp_path, {TEXT_PATH: TEXTS + folded, "locales/hk/ar.yaml": TEXTS.replace("en", "ar", 1) + folded})
    put(tmp_path, "hk/parcel-scam")

    text = (tmp_path / TEXT_PATH).read_text()
    assert "        and another. Hang up.\n\n  # New" in text


@pytest.mark.parametrize(
    ("rule_id", "typology", "says"),
    [
        ("hk/first", None, "There is a rule hk/first already"),
        ("hk/investment", None, "has a message `investment` already"),
        ("uk/parcel-scam", None, "There is no region `uk`"),
        ("hong-kong/parcel-scam", None, "did you mean hk?"),
        ("HK/parcel-scam", None, "did you mean hk?"),
        ("hk/Parcel Scam!", None, "such as hk/parcel-scam"),
        ("hk/" + "a" * 65, None, "64 characters at most"),
        ("hk/region", None, "region.yaml is the region's own file"),
        ("parcel-scam", None, "such as hk/parcel-scam"),
        ("hk/../../etc", None, "cannot be a rule's name"),
        ("../parcel-scam", None, "There is no region"),
        ("hk/parcel-scam", "investmnt", "did you mean investment?"),
    ],
)
def test_a_refusal_says_what_to_write_instead(tmp_path: Path, rule_id: str, typology: str | None, says: str) -> None:
    write(tmp_path, {})
    with pytest.raises(CannotCreate) as refusal:
        new_rule(tmp_path / "rules", tmp_path / "locales", rule_id, typology)

    assert says in str(refusal.value)


def test_a_text_file_with_errors_is_not_written_into(tmp_path: Path) -> None:
    write(tmp_path, {TEXT_PATH: "language: en\nmessages:\n\tbad\n"})
    with pytest.raises(CannotCreate, match="mend them first"):
        new_rule(tmp_path / "rules", tmp_path / "locales", "hk/parcel-scam", None)


def test_a_bundle_with_a_blank_is_refused_wherever_it_comes_from(tmp_path: Path) -> None:
    """Even one that did not pass `check`."""
    found = checked(tmp_path)
    assert found.bundle is not None

    with pytest.raises(BundleError, match="nobody has written this"):
        decode_all(found.bundle.replace(b'"Stop"', f'"{BLANK} a title"'.encode()))
