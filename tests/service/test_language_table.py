"""The table of `forewarn fallback` chooses as the service does."""

import pytest
from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_REPLACEMENTS, LIKELY_SUBTAGS

from app.authoring.countries import countries
from app.service.language_choice import nearest
from app.service.language_table import language_table

LANGUAGES = {tag.partition("-")[0] for tag in (*LIKELY_SUBTAGS, *LANGUAGE_REPLACEMENTS, *LANGUAGE_ALPHA3.values())}
ENDINGS = ["", "-HK", "-US", "-AO", "-Hant", "-Hans", "-Hant-HK", "-Hans-TW"]


def looked_up(table: dict[str, str | None], tag: str) -> str | None:
    """By RFC 4647: without its last part, until it is found."""
    while tag and tag not in table:
        tag = tag.rpartition("-")[0]
    return table.get(tag)


@pytest.mark.parametrize(
    "supported",
    [("zh-Hant", "en"), ("pt-BR", "pt-PT", "en-GB", "en-US")],
    ids=", ".join,
)
def test_every_language_in_many_countries(supported: tuple[str, ...]) -> None:
    table = language_table(supported, countries())
    chinese = {"zh", "zho", "chi", "cmn", "yue"}
    tags = [
        f"{language}{ending}"
        for language in sorted(LANGUAGES - {"und", "root", "i", "art", "sgn", "cel"})
        for ending in ENDINGS
        if language in chinese or "-Han" not in ending
    ]

    assert {tag: looked_up(table, tag.lower()) for tag in tags} == {tag: nearest(tag, supported) for tag in tags}


def test_it_is_small_enough_to_ship() -> None:
    """A tag that its prefix answers has no entry."""
    assert set(language_table(("en",), countries())) >= {"en", "eng", "en-shaw"}
    assert len(language_table(("zh-Hant", "en", "zh-Hans"), countries())) < 150
