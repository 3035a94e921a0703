"""Which way a language is written."""

from functools import lru_cache

import langcodes

# ISO 15924 codes of scripts whose letters Unicode gives the bidirectional class R or AL, of those in use today.
_RIGHT_TO_LEFT = frozenset(
    ("Adlm", "Arab", "Aran", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa", "Yezi")
)


@lru_cache(maxsize=1024)
def direction(language: str) -> str:
    """`ltr` or `rtl`. The tag must be valid."""
    return "rtl" if langcodes.Language.get(language).maximize().script in _RIGHT_TO_LEFT else "ltr"
