"""The user's tags are tried in order; the nearest supported language wins."""

import pytest

from app.service.language_choice import choose_language

HONG_KONG = ("zh-Hant", "en", "zh-Hans")


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        (["zh-HK", "en"], "zh-Hant"),
        (["zh-CN"], "zh-Hans"),
        (["en-GB"], "en"),
        (["fr", "en"], "en"),
        (["not a tag!", "en"], "en"),
        (["", "zh-TW"], "zh-Hant"),
        (["fr"], "zh-Hant"),
        ([], "zh-Hant"),
    ],
)
def test_choice(wanted: list[str], chosen: str) -> None:
    assert choose_language(wanted, HONG_KONG) == chosen


def test_a_distant_language_does_not_decide() -> None:
    """Japanese shares characters with Chinese but is another language."""
    assert choose_language(["ja", "en"], HONG_KONG) == "en"
