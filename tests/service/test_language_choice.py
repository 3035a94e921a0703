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
        ([], "zh-Hant"),
    ],
)
def test_choice(wanted: list[str], chosen: str) -> None:
    assert choose_language(wanted, HONG_KONG) == chosen


def test_a_distant_language_does_not_decide() -> None:
    """Japanese shares characters with Chinese but is another language."""
    assert choose_language(["ja", "en"], HONG_KONG) == "en"


@pytest.mark.parametrize("wanted", [["fil"], ["fr"], ["not a tag!", "fr"], ["fr", "x", "ja"], ["zz"]])
def test_a_user_of_none_of_the_languages_gets_english(wanted: list[str]) -> None:
    assert choose_language(wanted, HONG_KONG) == "en"


@pytest.mark.parametrize("wanted", [[""], ["und"], ["not a tag!"], ["en_US.UTF-8", "und"]])
def test_tags_that_name_no_language_tell_nothing(wanted: list[str]) -> None:
    """An exchange that sends a placeholder for everybody would get English for everybody."""
    assert choose_language(wanted, HONG_KONG) == "zh-Hant"


@pytest.mark.parametrize(
    ("supported", "chosen"), [(("kk", "ru"), "kk"), (("ja", "en-GB"), "en-GB"), (("eo", "enm"), "eo")]
)
def test_english_is_chosen_only_where_it_is_offered(supported: tuple[str, ...], chosen: str) -> None:
    assert choose_language(["fil"], supported) == chosen
