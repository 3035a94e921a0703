"""A number that is read out is a number; counting is not."""

import pytest

from app.authoring.spelled_numbers import spelled_numbers


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Call one eight two two two."),
        ("en", "Dial Nine-nine-nine-one now."),
        ("en", "Call one double two two."),
        ("zh-Hant", "請致電一八二二二"),
        ("zh-Hans", "拨打 一 三 九 四"),
        ("ja", "電話は一三九四です"),
        ("fr", "Appelez le zéro huit cinq six."),
        ("ru", "Звоните: один семь ноль два."),
        ("vi", "Gọi một một ba không."),
    ],
)
def test_a_number_read_out_is_found(language: str, text: str) -> None:
    assert [code.slug for code, _, _ in spelled_numbers(text, language)] == ["digits"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "One or two, two or three people; five hundred and one."),
        ("en", "Someone told no one: there is only one."),
        ("zh-Hant", "逐一查證，三三兩兩，一五一十，二十一。"),
        ("ja", "一度、二人、三つ。"),
        ("fr", "Un ou deux, et même quatre-vingt-dix."),
        ("vi", "Không một ai hai lòng."),
    ],
)
def test_counting_is_left_alone(language: str, text: str) -> None:
    assert list(spelled_numbers(text, language)) == []
