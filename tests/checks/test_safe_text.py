"""A text can hide nothing and send nobody anywhere: addresses and numbers come from contacts only."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.safe_text import text_errors
from tests.checks.folders import FILES, REGION_PATH, RULE, RULE_PATH, checked


def codes(text: str) -> list[str]:
    return [code.slug for code, _, _ in text_errors(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Stop. Do you know this person?",
        "Your 2 or 3 payments, 24/7, 99 % of them, 1.5 times.",
        "e.g. a friend, i.e. anybody, at 5 p.m. in the U.S. or TP.HCM",
        "Open 24/7, from 8.30 to 17.00, up to 1.5 or 2,5 %. Call {helpline} 24 hours a day.",
        "B2B, O2, web3, TRC20 and ERC20.",
        "They ask for your LINE ID first; your friend's WhatsApp account is hijacked.",
        "Meet me at the bank. Look at outlook and profit. Connect the dots. Net loss: all.",
        "晚上 8 點 App 會更新；先加LINE或WhatsApp。",
        "Não envie. Com calma, decida amanhã; é um ponto comum.",
        "C'est le point commun. Un point info vous aide.",
        "Это 10 тыс. руб. в день, т.е. много. Точка.",
        "先停一停：教你投資的人可能是騙徒！",
        "Ne payez pas\u00a0: c’est une arnaque.",
        "Qui vous l’a demandé\u202f? «\u00a0Un ami\u00a0»\u202f!",
        "It takes 10-15 days, or 5 – 10 hours, or 24/7; call (10–15).",
        "می\u200cخواهم بپرسم",
        "Settings > Security",
        "我用LINE。他用ＷｈａｔｓＡｐｐ：請看（圖）！",
        "Join the dots. Common sense helps; polka dot commerce too.",
        "and/or",
        "Wait... Then go",
        "“Guess who I am?”",
        "Warten Sie – die Rechtsschutzversicherungsgesellschaften zahlen nicht.",
        "Call {helpline} about {amount} {asset}",
        "🚨 Stop ✋🏽",
    ],
)
def test_ordinary_texts_are_fine(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Call 18222", "digits"),
        ("Call 1 8 2", "digits"),
        ("Call 1-823", "digits"),
        ("Call 9-9-9", "digits"),
        ("Call 999", "digits"),
        ("Call 18 222", "digits"),
        ("Call 18 22", "digits"),
        ("Call 10-15-20", "digits"),
        ("Call 100-15", "digits"),
        ("In 10-15 days call 999", "digits"),
        ("Call 1–8–2", "digits"),
        ("Call (02) 5", "digits"),
        ("Call １８２", "digits"),
        ("اتصل ١٨٢", "digits"),
        ("โทร ๑๘๒", "digits"),
        ("Call ①②③", "digits"),
        ("Call ¹²³", "digits"),
        ("since 2024", "digits"),
        ("Call 1, 8, 2, 2, 2", "digits"),
        ("Call 18.22.2", "digits"),
        ("Call 18/22/2", "digits"),
        ("Call 18_22_2", "digits"),
        ("Call 18·22·2", "digits"),
        ("Call 1.7.9.9", "digits"),
        ("Call 1️⃣8️⃣2️⃣2️⃣2️⃣", "digits"),
        ("Call Ⅰ Ⅷ Ⅱ Ⅱ Ⅱ", "digits"),
        ("Call ፩፰፪፪", "digits"),
        ("Call 〡〨〢〢〢", "digits"),
        ("Call ⠁⠓⠃⠃⠃", "digits"),
        ("Call 🄁🄉🄃🄃", "digits"),
        ("Call O8OO I23", "digits"),
        ("Call {helpline}2", "digits"),
        ("Call 00{helpline}", "digits"),
        ("Call +44 {helpline}", "digits"),
        ("請致電{helpline}24小時", "digits"),
        ("{amount}123", "digits"),
        ("see https://police.example", "address"),
        ("see hxxp://police", "address"),
        ("see www.police", "address"),
        ("see police.gov.hk", "address"),
        ("請到police.gov.hk查詢", "address"),
        ("see POLICE.COM", "address"),
        ("см. полиция.рф", "address"),
        ("see police[.]hk", "address"),
        ("open setup.exe", "address"),
        ("查看ｐｏｌｉｃｅ．ｃｏｍ", "address"),
        ("查看ｗｗｗ．ｐｏｌｉｃｅ", "address"),
        ("ｈｔｔｐｓ：／／ｐｏｌｉｃｅ", "address"),
        ("see police dot com", "address"),
        ("see police(dot)net", "address"),
        ("see police·com", "address"),
        ("查看police。com", "address"),
        ("pay ０ｘＤＥＡＤＢＥＥＦ", "address"),
        ("see police-help . com", "address"),
        ("see police-help .com", "address"),
        ("see police-help. com", "address"),
        ("see police-help,com", "address"),
        ("see police-help dot io", "address"),
        ("see police-help․me", "address"),
        ("see Police-Help.IO", "address"),
        ("see police-help.c0m", "address"),
        ("see xn--plice-help", "address"),
        ("t . me", "address"),
        ("t dot me slash helper", "address"),
        ("T.ME", "address"),
        ("t．me", "address"),
        ("Зайдите на полиция.онлайн", "address"),
        ("Зайдите на полиция точка ком", "address"),
        ("請到 反詐騙.網址", "address"),
        ("Vaya a policia punto com", "address"),
        ("Allez sur police point com", "address"),
        ("Gehen Sie auf polizei punkt com", "address"),
        ("اذهب إلى police دوت كوم", "address"),
        ("ไปที่ police จุด com", "address"),
        ("police 닷컴", "address"),
        ("ask officer_wong", "address"),
        ("write to officerwong at gmail", "address"),
        ("WeChat ID: officerwong", "address"),
        ("the Telegram user OfficerWong", "address"),
        ("加LINE：officer88", "address"),
        ("加微信 officerwong", "address"),
        ("Contact ﹫officerwong", "address"),
        ("pay TQn9 Y2kh Es93", "address"),
        ("pay bc1qxy2k", "address"),
        ("pay vitalik dot eth 2", "address"),
        ("mail me@police", "address"),
        ("join @scam_group", "address"),
        ("pay TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "address"),
        ("pay 0xDEADBEEF", "address"),
        ("<b>Stop</b>", "markup"),
        ("Stop &nbsp; here", "markup"),
        ("**Stop**", "markup"),
        ("*Stop*", "markup"),
        ("_Stop_", "markup"),
        ("`Stop`", "markup"),
        ("[Stop](here)", "markup"),
        ("# Stop", "markup"),
        ("- Stop", "markup"),
        ("1. Stop", "markup"),
        ("Do n\u0336o\u0336t\u0336 send", "hidden-character"),
        ("Do n\u20e0ot send", "hidden-character"),
        ("St\u200bop", "hidden-character"),
        ("St\u00adop", "hidden-character"),
        ("St\u202eop", "hidden-character"),
        ("St\u2066op", "hidden-character"),
        ("St\u200dop", "hidden-character"),
        ("St\u3164op", "hidden-character"),
        ("St\u0007op", "hidden-character"),
        ("Stop\n", "hidden-character"),
        ("St\U000e0041op", "hidden-character"),
        ("{Amount}", "placeholder"),
        ("{amount", "placeholder"),
        ("", "empty-text"),
        ("\u3000 ", "empty-text"),
        ("…", "empty-text"),
        (" - .", "empty-text"),
    ],
)
def test_what_no_text_may_hold(text: str, code: str) -> None:
    assert code in codes(text)


def test_a_place_in_a_long_text_is_named() -> None:
    [(_, message, _)] = list(text_errors("Somebody calls you and says go to evil.example now"))

    assert message == "`evil.example` looks like an address"


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=100))
def test_any_text_is_judged(text: str) -> None:
    codes(text)


@pytest.mark.parametrize(
    "char",
    [*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))],  # turn the direction
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_no_character_turns_the_direction(char: str) -> None:
    assert "hidden-character" in codes(f"Stop{char} here")


@pytest.mark.parametrize(
    "hidden",
    ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\u2062", "\ufeff", "\u180e", "\u3164", "\u115f", "\u034f",
     "\ufe00", "\ufe0f", "\U000e0101", "\U000e01ef", "\U000e0041", "\U000e007f", "\ufff9", "\ue000", "\u0007", "\u0085",
     "\u2028"],
    ids=lambda hidden: f"U+{ord(hidden):04X}",
)  # fmt: skip
def test_nothing_that_cannot_be_seen_stands_in_a_text(hidden: str) -> None:
    assert "hidden-character" in codes(f"Sto{hidden}p here")


def test_marks_are_not_piled_up() -> None:
    assert "hidden-character" in codes("Sto\u0300\u0301\u0302\u0303p")


@pytest.mark.parametrize("text", ["❤️ ☎️ 1️⃣ ✋🏽", "葛󠄀城", "שָׁלוֹם", "ที่นี่", "Dù đã", "नहीं"])
def test_marks_and_selectors_that_belong_are_fine(text: str) -> None:
    assert codes(text) == []


SELECTORS = "".join(map(chr, range(0xE0100, 0xE010F)))


@pytest.mark.parametrize(
    ("path", "old", "where"),
    [
        (RULE_PATH, "New payees", ("rationale",)),
        (RULE_PATH, "asset: USDX", ("when", "asset")),
        (RULE_PATH, "Agreed with the partner", ("accept", "unlisted-value")),
        (REGION_PATH, 'source: "https', ("contacts", "helpline", "source")),
        (REGION_PATH, "does: advice", ("contacts", "helpline", "does")),
        ("rules/facts.yaml", "a token", ("facts", "asset", "values", "USDT")),
        ("rules/typologies.yaml", "A fake platform", ("typologies", "investment", "description")),
    ],
)
def test_no_text_that_a_person_reads_hides_anything(
    path: str, old: str, where: tuple[str, ...], tmp_path: Path
) -> None:
    known = {
        **FILES,
        RULE_PATH: RULE.replace(
            "when:\n", "accept: {unlisted-value: Agreed with the partner on 2026-11-02}\nwhen:\n  asset: USDX\n"
        ),
    }

    result = checked(tmp_path, {**known, path: known[path].replace(old, old + SELECTORS, 1)})

    [found] = [each for each in result.problems if each.code == "hidden-character"]
    assert (found.path, found.where) == (path, where)
    assert found.message.startswith("U+E0100 (variation selector-17) and 14 more after `")


def test_a_rationale_may_have_several_lines(tmp_path: Path) -> None:
    rule = RULE.replace("New payees are the pattern.", "|\n  New payees\n  are the pattern.")

    assert checked(tmp_path, {RULE_PATH: rule}).problems == ()


def test_a_name_hides_nothing(tmp_path: Path) -> None:
    facts = FILES["rules/facts.yaml"].replace("{USDT: a token", '{"USD\\u200bT": a token')

    [found] = checked(tmp_path, {"rules/facts.yaml": facts}).problems
    assert (found.code, found.where) == ("hidden-character", ("facts", "asset", "values", "USD\u200bT"))
