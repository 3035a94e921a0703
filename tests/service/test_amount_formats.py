"""How CLDR writes amounts, by language and region."""

from decimal import Decimal

import pytest
from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from app.domain.invisible import visible
from app.service.amount_formats import amount_format
from tests.sample_rules import sample_rulebook


@pytest.mark.parametrize(
    ("language", "territory", "written"),
    [
        ("en", "HK", "1,234,567.50"),
        ("en", "IN", "12,34,567.50"),
        ("hi", "IN", "12,34,567.50"),
        ("zh-Hant", "HK", "1,234,567.50"),
        ("de", "DE", "1.234.567,50"),
        ("fr", "FR", "1\u202f234\u202f567,50"),
        ("fr", "CA", "1\u00a0234\u00a0567,50"),
        ("es", "ES", "1.234.567,50"),
        ("es", "US", "1,234,567.50"),
        ("pt-BR", "BR", "1.234.567,50"),
        ("pt", "PT", "1\u00a0234\u00a0567,50"),
        ("ar", "AE", "1,234,567.50"),
        ("ar", None, "1,234,567.50"),
        ("en", None, "1,234,567.50"),
        ("tl", "PH", "1,234,567.50"),
        ("qaa", "HK", "1234567.50"),
    ],
)
def test_language_and_region_decide(language: str, territory: str | None, written: str) -> None:
    """A language that CLDR does not know gets the amount as it was sent."""
    assert amount_format(language, territory).write("1234567.50") == written


@pytest.mark.parametrize(("language", "territory"), [("es", "ES"), ("pt", "PT"), ("pl", "PL")])
def test_four_digits_stand_together_where_the_language_writes_them_so(language: str, territory: str) -> None:
    assert amount_format(language, territory).write("1234") == "1234"


def test_every_sample_region_writes_as_babel_does() -> None:
    for code, place in sample_rulebook().jurisdictions.items():
        for language in sample_rulebook().content.regions[code.lower()].languages:
            expected = format_decimal(Decimal("9876543.21"), locale=_locale(language, code), numbering_system="latn")
            assert place.amount_formats[language].write("9876543.21") == expected, (language, code)


def _locale(language: str, territory: str) -> Locale:
    try:
        return Locale.parse(f"{language.removesuffix('-BR')}-{territory}", sep="-")
    except UnknownLocaleError:
        return Locale.parse(language, sep="-")


def test_no_separator_hides_in_an_alert() -> None:
    """The review names hidden characters in alerts; French spaces are none."""
    for place in sample_rulebook().jurisdictions.values():
        for written in place.amount_formats.values():
            assert visible(written.write("1234567.5")) == written.write("1234567.5")
