"""A letter that passes for another is found; the letters that languages really mix are left alone."""

import pytest

from app.checks.confusables import confusable_words


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Naïve café — “curly”, ½, №, ﬁ, 5 °C"),
        ("fr", "Une œuvre à 1ᵉʳ"),
        ("vi", "Đừng bấm vào đường dẫn họ gửi"),
        ("tr", "Kapıyı ıslık"),
        ("ru", "SIM-карта, WhatsApp и СМС"),
        ("kk", "ҰҚК қызметкері SMS-ті жібереді"),
        ("uk", "Підтримка в Telegram чи Viber"),
        ("zh-Hant", "加入WhatsApp群組，用ＡＰＰ轉帳"),
        ("ja", "ＳＮＳで知ったLINEのグループ"),
        ("ko", "FIU에 신고된 WhatsApp방"),
        ("th", "กลุ่มLINE และ SMS"),
        ("hi", "WhatsApp ग्रुप"),
        ("ar", "عبر WhatsApp"),
        ("el", "Σταματήστε τώρα"),
        ("en", "β testers in Ελλάδα"),
    ],
)
def test_what_languages_really_mix_is_fine(language: str, text: str) -> None:
    assert list(confusable_words(text, language)) == []


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("en", "Call the p\u043elice", "U+043E CYRILLIC SMALL LETTER O looks like `o`"),
        ("en", "\u0440\u0430\u0443 it", "U+0440 CYRILLIC SMALL LETTER ER looks like `p`"),
        ("en", "p\u03bflice", "U+03BF GREEK SMALL LETTER OMICRON looks like `o`"),
        ("en", "\U0001d42c\U0001d42d\U0001d428\U0001d429", "U+1D42C MATHEMATICAL BOLD SMALL S looks like `s`"),
        ("en", "\uff33top", "U+FF33 FULLWIDTH LATIN CAPITAL LETTER S looks like `S`"),
        ("en", "\u0261o now", "U+0261 LATIN SMALL LETTER SCRIPT G looks like `g`"),
        ("es", "Polic\u0456a", "U+0456"),
        ("ru", "\u043fo\u043b\u0438\u0446\u0438\u044f", "U+006F LATIN SMALL LETTER O"),
        ("zh-Hant", "用\u0440\u0430\u0443轉帳", "U+0440"),
        ("th", "แอป\u0440\u0430\u0443", "U+0440"),
        ("ar", "عبر W\u04bbatsApp", "U+04BB"),
    ],
)
def test_what_passes_for_another_letter_is_named(language: str, text: str, named: str) -> None:
    faults = list(confusable_words(text, language))

    assert [code.slug for code, _, _ in faults] == ["look-alike"]
    assert named in faults[0][1]
