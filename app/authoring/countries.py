"""The countries that a region's folder can stand for."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import langcodes

from app.authoring.suggestions import nearest

# Kosovo has no code of ISO 3166. The European Commission, CLDR and the IBAN registry use this one, which ISO leaves to
# its users.
_IN_USE = {"xk": "Kosovo"}
# What people write for a country, where neither a language nor an old code explains it.
_MISTAKEN = {"uk": "gb", "en": "gb", "uae": "ae", "usa": "us", "eu": None, "un": None}


@lru_cache(maxsize=1)
def countries() -> Mapping[str, str]:
    """English names by ISO 3166-1 code in lower case, as the time zone database lists them."""
    table = files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {code.lower(): name for code, name in rows} | _IN_USE


def country_meant(written: str) -> str | None:
    """A hint with the code that was probably meant: for a name, an old code, or the code of a language."""
    known = countries()
    code = _MISTAKEN.get(written) if written in _MISTAKEN else _by_name(written) or _by_tag(written)
    return f"did you mean `{code}`, {known[code]}?" if code is not None and code in known else None


def _by_name(written: str) -> str | None:
    names = {name.split(" (")[0]: code for code, name in countries().items()}
    close = nearest(written.replace("-", " ").replace("_", " "), names) if len(written) > 3 else None
    return names[close] if close is not None and close[0].lower() == written[0] else None


def _by_tag(written: str) -> str | None:
    """`tp` was East Timor's code; `ja` is Japanese."""
    if len(written) != 2 or not written.isascii():
        return None
    now = langcodes.standardize_tag(f"und-{written}").rpartition("-")[2].lower()
    if now in countries():
        return now
    language = langcodes.Language.make(language=written)
    return (language.maximize().territory or "").lower() if language.is_valid() else None
