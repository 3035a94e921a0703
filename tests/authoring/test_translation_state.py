"""A text remembers which version of its source it was made from."""

from pathlib import Path

import pytest

from app.authoring.drafts import draft
from app.authoring.source_files import read_sources
from app.authoring.text_file import Origin
from app.authoring.translation_marks import with_marks
from app.authoring.translation_state import State, Translation, translations
from app.authoring.yaml_reader import read
from tests.checks.folders import FILES, TEXTS, checked, write

ARABIC = TEXTS.replace("language: en", "language: ar")


def found(root: Path, **changes: str) -> list[Translation]:
    write(root, {f"locales/hk/{language}.yaml": text for language, text in changes.items()})
    return list(translations(draft(read_sources(root / "rules", root / "locales"))))


def marked(root: Path, **changes: str) -> str:
    """The Arabic file once it is marked as current."""
    [translation] = found(root, **changes)
    return with_marks(read("ar.yaml", (root / "locales/hk/ar.yaml").read_bytes()), {"investment": translation.origin})


def state(root: Path, **changes: str) -> State:
    [translation] = found(root, **changes)
    return translation.state


def test_a_text_without_a_mark_is_unmarked_and_once_marked_current(tmp_path: Path) -> None:
    assert state(tmp_path) is State.UNMARKED
    assert state(tmp_path, ar=marked(tmp_path)) is State.CURRENT


@pytest.mark.parametrize(
    ("old", "new"),
    [("title: Stop", "title: Halt"), ("Who told", "Who has told"), ("b: {title: Wait}", "b: {title: Hold on}"),
     ("Call {helpline} first.", "Call {helpline}.")],
)  # fmt: skip
def test_any_change_of_the_source_leaves_its_translation_behind(tmp_path: Path, old: str, new: str) -> None:
    arabic = marked(tmp_path)

    assert state(tmp_path, ar=arabic, en=TEXTS.replace(old, new)) is State.BEHIND


@pytest.mark.parametrize(
    ("old", "new"),
    [("title: Stop", 'title:  "Stop"'), ("helpline} first", "helpline}  first"),
     ('- "Call {helpline} first."', "- >-\n        Call {helpline}\n        first."),
     ("  investment:\n", '  investment:\n    accept: {hard-to-read: "It is short enough."}\n')],
)  # fmt: skip
def test_layout_and_acceptances_of_the_source_change_nothing(tmp_path: Path, old: str, new: str) -> None:
    arabic = marked(tmp_path)

    assert state(tmp_path, ar=arabic, en=TEXTS.replace(old, new)) is State.CURRENT


def test_a_message_that_a_language_lacks_is_missing(tmp_path: Path) -> None:
    assert state(tmp_path, ar=ARABIC.partition("messages:")[0] + "messages: {}\n") is State.MISSING


def test_a_translation_of_a_translation_follows_its_own_source(tmp_path: Path) -> None:
    """English is the first language; here it was made from the Arabic text, and says so."""
    english = TEXTS.replace("  investment:\n", '  investment:\n    from: {language: ar, text: "000000000000"}\n')

    states = {each.language: each.state for each in found(tmp_path, en=english)}
    assert states == {"en": State.BEHIND, "ar": State.UNMARKED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m:\n    title: Stop # now\n    body: [Go]\n", "m:\n    MARK\n    title: Stop # now\n    body: [Go]\n"),
        ("m: # ours\n      # title\n      title: Stop\n", "m: # ours\n      MARK\n      # title\n      title: Stop\n"),
        ("m: {title: Stop, body: [Go]}\n", "m: {MARK, title: Stop, body: [Go]}\n"),
        ("m:\r\n    title: Stop\r\n", "m:\r\n    MARK\r\n    title: Stop\r\n"),
        ('m:\n    from: {language: ar, text: "0"} # ours\n', "m:\n    MARK # ours\n"),
        (
            "m:\n    title: Stop\n    from:\n      text: '1' # old\n      language: ar\n",
            "m:\n    title: Stop\n    from:\n      text: HASH # old\n      language: en\n",
        ),
    ],
)  # fmt: skip
def test_marking_changes_the_mark_and_not_one_byte_more(before: str, after: str) -> None:
    document = read("en.yaml", f"# ours\nmessages:\n  {before}\n# end".encode())
    origin = Origin(language="en", text="0123456789ab")

    expected = after.replace("MARK", origin.line).replace("HASH", '"0123456789ab"')
    assert with_marks(document, {"m": origin}) == f"# ours\nmessages:\n  {expected}\n# end"


def test_the_hint_of_the_check_is_the_line_that_marks(tmp_path: Path) -> None:
    behind = ARABIC.replace("  investment:\n", '  investment:\n    from: {language: en, text: "000000000000"}\n')
    [problem] = checked(tmp_path, {"locales/hk/ar.yaml": behind}).problems
    assert (problem.code, problem.path, problem.line) == ("translation-behind", "locales/hk/ar.yaml", 6)

    line = str(problem.hint).split("`")[1]
    written = behind.replace('from: {language: en, text: "000000000000"}', line)
    assert checked(tmp_path, {"locales/hk/ar.yaml": written}).problems == ()


def test_an_urgent_change_is_published_with_a_reason(tmp_path: Path) -> None:
    mark = 'from: {language: en, text: "000000000000"}'
    accept = 'accept: {translation-behind: "Urgent; translated by Friday."}'
    arabic = ARABIC.replace("  investment:\n", f"  investment:\n    {mark}\n    {accept}\n")
    result = checked(tmp_path, {"locales/hk/ar.yaml": arabic})

    assert result.problems == ()
    assert [each.reason for each in result.accepted] == ["Urgent; translated by Friday."]


def test_a_bundle_does_not_contain_what_its_texts_were_made_from(tmp_path: Path) -> None:
    assert checked(tmp_path, {"locales/hk/ar.yaml": marked(tmp_path)}).bundle == checked(tmp_path, FILES).bundle
