"""A text fits a phone and its reader: its size, its letters, its tone, and what it says to do."""

from pathlib import Path

import pytest
import yaml

from app.authoring.text_file import TextFile
from app.checks.confusables import scripts_of_language
from app.checks.lexicon import lexicon
from app.checks.prose import Part
from app.checks.readability import readability_warnings
from app.checks.reading_ease import LIMITS, lix
from app.checks.screen_limits import ROOMS, columns
from app.checks.tone import names_safe_action, tone_warnings
from tests.checks.folders import TEXTS, checked
from tests.deployment import FIXTURE, ROOT

WORDS = ROOT / "app/checks/words"
LANGUAGES = sorted(file.stem for file in WORDS.glob("*.yaml") if "order" in yaml.safe_load(file.read_text()))

FILE = """\
language: LANGUAGE
status: sample
messages:
  investment:
    title: TITLE
    body: [BODY]
    questions: []
"""


def doubts(language: str = "en", title: str = "Stop", body: str = '"Talk to a friend"') -> list[str]:
    text = FILE.replace("LANGUAGE", language).replace("TITLE", title).replace("BODY", body)
    return [finding.code.slug for finding in readability_warnings(TextFile.model_validate(yaml.safe_load(text)))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_with_words_has_its_letters(language: str) -> None:
    assert lexicon(language) is not None
    assert scripts_of_language(language)


@pytest.mark.parametrize(
    ("text", "taken"),
    [("Stop", 4), ("停一停", 6), ("หยุดที่นี่", 5), ("नहीं", 3), ("{amount} {asset}", 14), ("{helpline}", 14), ("ＡＢ", 4)],
)
def test_columns_are_counted_as_a_screen_shows_them(text: str, taken: int) -> None:
    assert columns(text) == taken


@pytest.mark.parametrize("part", [Part.TITLE, Part.PARAGRAPH])
def test_a_text_may_fill_its_lines_and_no_more(part: Part) -> None:
    most = ROOMS[part].columns * ROOMS[part].lines
    where = "title" if part is Part.TITLE else "body"

    assert (
        doubts(**{where: "stop" + "x" * (most - 4)} if where == "title" else {where: "Stop " + "x" * (most - 5)}) == []
    )
    assert doubts(**{where: "Stop " + "x" * (most - 4)}) == ["too-long"]


def test_a_title_in_chinese_has_half_as_many_characters() -> None:
    assert doubts("zh-Hant", "停" * 30, '"停"') == []
    assert doubts("zh-Hant", "停" * 31, '"停"') == ["too-long"]


def test_a_message_of_more_than_two_screens_is_too_long() -> None:
    assert doubts(body=", ".join(['"Stop ' + "x" * 600 + '"'] * 4)) == ["too-long"]


def test_a_message_has_few_paragraphs() -> None:
    assert doubts(body=", ".join(['"Stop"'] * 5)) == []
    assert doubts(body=", ".join(['"Stop"'] * 6)) == ["too-long"]


@pytest.mark.parametrize(
    ("language", "word", "most"),
    [("en", "stop. ", 90), ("zh-Hant", "停一", 80), ("ja", "止めて", 67), ("ko", "멈추세요 ", 47), ("th", "หยุด", 101)],
)
def test_a_message_has_ninety_words_or_the_room_that_they_take(language: str, word: str, most: int) -> None:
    assert doubts(language, "…", f'"{word * most}"') == []
    assert doubts(language, "…", f'"{word * (most + 1)}"') == ["too-long"]


@pytest.mark.parametrize(
    ("title", "body", "found"),
    [
        ("Who asked you?", '"Hang up now. They say that you must pay."', []),
        ("Who asked you? Hang up", '"They say that you must pay."', ["no-safe-action"]),
        ("Hang up", '"They say that you must pay.", "Call {helpline}."', []),
        ("Who asked you?", '"They say that you must pay. Hang up now."', ["action-not-first"]),
        ("Who asked you?", '"They say that you must pay.", "Hang up now."', ["action-not-first"]),
        ("Who asked you?", '"Do not send the {amount} {asset}."', ["action-not-first"]),
    ],
)
def test_what_to_do_stands_in_the_title_or_in_the_first_sentence(title: str, body: str, found: list[str]) -> None:
    assert doubts(title=title, body=body) == found


def test_what_to_do_stands_on_the_first_screen() -> None:
    title = "Somebody whom you have never met asked you for this"

    assert doubts(title=title, body=f'"Hang up {"x" * 381}."') == []
    assert doubts(title=title, body=f'"Hang up {"x" * 382}."') == ["action-not-first"]


def test_a_variant_may_not_lose_what_only_the_title_said_to_do() -> None:
    title = 'Hang up\n    variants: {b: {title: "Who asked you?"}}'

    assert doubts(title=title, body='"They say that you must pay.", "Call {helpline}."') == ["action-not-first"]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Asked to pay first? Stop here", []),
        ('"Pause: whoever taught you to invest may be a scammer"', []),
        ("Stop. Call us. Never pay.", ["title-ideas"]),
    ],
)
def test_a_title_has_one_idea_or_a_question_and_its_answer(title: str, found: list[str]) -> None:
    assert doubts(title=title) == found


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hang up now."),
        ("en", "Call {helpline}."),
        ("fr", "N’envoyez rien."),
        ("de", "Legen Sie auf."),
        ("es", "Cuelgue ahora."),
        ("pt-BR", "Desligue agora."),
        ("ru", "Положите трубку."),
        ("ar", "أنهِ المكالمة."),
        ("zh-Hant", "請先掛線。"),
        ("zh-Hans", "请先挂断。"),
        ("ja", "電話を切ってください。"),
        ("ko", "전화를 끊으세요."),
        ("th", "วางสายก่อน"),
        ("vi", "Hãy tắt máy."),
        ("id", "Tutup telepon."),
        ("sw", "Nobody has written words for this language."),
    ],
)
def test_the_safe_action_is_known_in_many_languages(language: str, text: str) -> None:
    assert names_safe_action([text], language)


def test_a_message_that_only_frightens_names_no_safe_action() -> None:
    assert doubts(body='"Many people lost all they had. The amount was {amount}."') == ["no-safe-action"]
    assert doubts("zh-Hant", "警告", '"很多人因此失去了全部積蓄。"') == ["no-safe-action"]


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "You should have known.", "blame"),
        ("en", "It is your own fault.", "blame"),
        ("de", "Sie waren leichtsinnig.", "blame"),
        ("fr", "Vous avez été imprudent.", "blame"),
        ("es", "Fue culpa suya.", "blame"),
        ("ru", "Вы сами виноваты.", "blame"),
        ("zh-Hant", "這是你的錯。", "blame"),
        ("zh-Hans", "都怪您贪心。", "blame"),
        ("ja", "自業自得です。", "blame"),
        ("ko", "욕심 때문입니다.", "blame"),
        ("ar", "هذا ذنبك.", "blame"),
        ("en", "Call us and we will get your money back.", "promise"),
        ("en", "This is 100% safe.", "promise"),
        ("de", "Wir holen Ihr Geld zurück.", "promise"),
        ("fr", "Vous serez remboursé.", "promise"),
        ("es", "Recuperará su dinero.", "promise"),
        ("zh-Hant", "我們會追回款項。", "promise"),
        ("ja", "必ず取り戻します。", "promise"),
        ("th", "ปลอดภัยแน่นอน", "promise"),
        ("en", "STOP RIGHT NOW", "shouting"),
        ("ru", "НЕМЕДЛЕННО ОСТАНОВИТЕСЬ", "shouting"),
        ("en", "Stop!!", "shouting"),
        ("zh-Hant", "停！！", "shouting"),
    ],
)
def test_tone(language: str, text: str, code: str) -> None:
    assert [found.slug for found, _, _ in tone_warnings(text, language)] == [code]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Being deceived was not your fault."),
        ("en", "Nobody can promise that you will get your money back."),
        ("en", "Scammers say that it is 100% safe."),
        ("en", "Is it your fault?"),
        ("de", "Dass Sie getäuscht wurden, ist nicht Ihre Schuld."),
        ("fr", "Ce qui s'est passé n'est pas votre faute."),
        ("es", "Lo ocurrido no es culpa suya."),
        ("zh-Hans", "受骗不是您的错。"),
        ("ja", "あなたのせいではありません。"),
        ("ar", "ما تعرضت له من خداع ليس ذنبك."),
        ("en", "Stop! Call the FBI or INTERPOL."),
        ("en", "No OTP, MPIN or SMS code."),
        ("zh-Hant", "用 LINE 聯絡 ADCC。"),
    ],
)
def test_what_consoles_or_warns_is_left_alone(language: str, text: str) -> None:
    assert tone_warnings(text, language) == ()


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("th", "Остановитесь и поговорите с близкими"),
        ("ar", "Stop and talk to somebody you trust"),
        ("en", "請先停一停，找信任的人談談再決定"),
        ("zh-Hant", "請先停一停，骗子會再打電話給你"),
        ("zh-Hans", "请先停一停，騙子会再打电话给您"),
    ],
)
def test_a_text_in_other_letters_than_its_languages(language: str, body: str) -> None:
    assert doubts(language, '"…"', f'"{body}"') == ["wrong-script"]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("th", "หยุดก่อน WhatsApp Telegram Facebook Messenger"),
        ("zh-Hant", "停一停，裏面有着關於綫上群組的資料"),
        ("zh-Hans", "停一停，后面的里程和干部"),
        ("ja", "止まってください。国会、体、万、号"),
        ("en", "Stop. 165 全民防騙網 can help"),
        ("ru", "Остановитесь. Scam Shield"),
    ],
)
def test_foreign_names_and_common_characters_are_fine(language: str, body: str) -> None:
    assert doubts(language, '"…"', f'"{body}"') == []


def test_no_text_of_the_fixture_is_as_hard_to_read_as_its_limit() -> None:
    for file in (FIXTURE / "locales").glob("*/*.yaml"):
        texts = TextFile.model_validate(yaml.safe_load(file.read_bytes()))
        limit = LIMITS.get(texts.language.partition("-")[0])
        assert limit is None or all((lix(each.body) or 0) < limit for each in texts.messages.values())


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    assert lix(["One two three four five."] * 8) == 5
    assert lix(["Onehundred two three four five."] * 8) == 25
    assert lix(["Too few words to say."]) is None


def test_a_copied_text_is_told_in_the_later_language_only(tmp_path: Path) -> None:
    english = TEXTS.replace("title: Stop", "title: Stop before you send anything")

    found = checked(
        tmp_path, {"locales/hk/en.yaml": english, "locales/hk/ar.yaml": english.replace("language: en", "language: ar")}
    )

    assert [(p.path, p.line, p.code) for p in found.problems] == [
        ("locales/hk/ar.yaml", 6, "untranslated"),
        ("locales/hk/ar.yaml", 6, "wrong-script"),
    ]


@pytest.mark.parametrize("language", ["arabic", "en", "[ar]"])
def test_nothing_is_said_of_texts_whose_language_is_unsure(tmp_path: Path, language: str) -> None:
    arabic = TEXTS.replace("title: Stop", "title: توقّف لحظة قبل إرسال العملات المشفّرة")
    texts = arabic.replace("language: en", f"language: {language}")

    found = checked(tmp_path, {"locales/hk/ar.yaml": texts}).problems

    assert {problem.code for problem in found} <= {"bad-value", "wrong-type", "language"}
