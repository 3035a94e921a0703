"""What shows a number is a digit, and what shows a dot is a dot, in whatever signs."""

import pytest

from app.checks.number_words import spelled_numbers
from app.checks.safe_text import text_errors


def codes(text: str) -> set[str]:
    return {code.slug for code, _, _ in (*text_errors(text), *spelled_numbers(text))}


@pytest.mark.parametrize(
    "text",
    [
        "Call ⚀⚅⚁⚁⚁",  # dice
        "Call 𐄇𐄎𐄈",  # Aegean
        "Call 𝍩𝍰𝍪",  # counting rods
        "Call 𒐕𒐖𒐗",  # cuneiform
        "Call 🀇🀎🀈",  # mahjong
        "Call 🁡🁡🁡",  # dominoes
        "Call 🂡🂢🂢",  # cards
        "Call 🕐🕗🕑",  # clocks
        "Call ❶❽❷❷❷",
        "Call 𐒡𐒨𐒢",  # Osmanya
        "Call ௧௮௨",  # Tamil
        "Call 1 ⑧ ٢ two 𐄈",
        "Call 1B22S",
        "Call З99З",  # Cyrillic
        "Call １８Ｏ",
        "請致電弌捌弐弐弐",
        "Call +𐄊𐄊 {helpline}",
    ],
)
def test_any_sign_for_a_number_is_a_digit(text: str) -> None:
    assert codes(text) == {"digits"}


@pytest.mark.parametrize(
    "text",
    [
        "In 2½ hours, 3 times.",
        "〇〇〇銀行の担当者",
        "三三兩兩，一個人，三十日，一百次。",
        "B2B, web3, O2 and 5S",
        "🎲 Take your time.",
        "一个验证码，两次，第三天。",
        "H₂O and m²",
    ],
)
def test_ordinary_words_and_signs_are_no_number(text: str) -> None:
    assert codes(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Look it up at adcc-hk・com and wait.",
        "Look it up at police⋅com now.",
        "Look it up at police◦net now.",
        "Look it up at police⸱org now.",
        "Look it up at police●com now.",
        "Look it up at adcc-hk⋅help now.",
        "Look it up at adcc-hk, point, help; it is new.",
        "Look it up at scam-help dot center now.",
        "Vaya a policia-ayuda punto online.",
        "Vá a policia-ajuda ponto site.",
        "Vai su polizia-aiuto punto online.",
        "Wejdź na policja-pomoc kropka online.",
        "Gå till polis-hjalp punkt help.",
        "polis-yardim nokta online adresine girin.",
        "Зайдите на police-help точка online.",
        "请上 adcc-hk點help 查询",
        "اذهب إلى police-help نقطة online",
        "police-help डॉट online पर जाएँ",
        "ไปที่ police-help จุด online",
        "Vào police-help chấm online.",
        "police-help 점 online 으로",
    ],
)
def test_any_sign_or_word_for_a_dot_makes_an_address(text: str) -> None:
    assert codes(text) == {"address"}


@pytest.mark.parametrize(
    "text",
    [
        "Y a-t-il, point par point, un doute ? Un rendez-vous point info.",
        "A step-by-step point of view; a well-known, point, this.",
        "Jean-Paul・Sartre et Mary-Ann · Smith",
        "• Stop • Com calma • Pare",
        "用WhatsApp。Help 是英文。",
        "8点开会，上LINE点App。",
        "Дважды проверьте e-mail. Точка.",
    ],
)
def test_ordinary_dots_and_points_are_no_address(text: str) -> None:
    assert codes(text) == set()
