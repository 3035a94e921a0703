"""Finds web addresses whose dot is another sign or a word: `police·com`, `police-help, point, help`."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

from app.authoring.data_file import data_file

# Endings that anybody can register. The sure ones are no words that could follow a full stop.
ENDINGS = "com|net|org|gov|info|xyz|top|vip|cc|io|me|app|co|site|online|live|link|click|shop|ru|tk|ml|pw|eth|sol"
SURE_ENDINGS = "com|net|org|gov|xyz|vip|cc|io|onion|eth"

# What passes for a full stop, by its name: `·`, `•`, `⋅`, `・`, `。`, `●`. Each counts as the first of these.
_DOT = "·"
_DOT_LIKE = re.compile(
    r"(?!.* WITH ).*\b(?:FULL STOP|DOT|BULLET|LEADER|HYPHENATION POINT|RING POINT)\b.*"
    r"|(?:BLACK|WHITE|MEDIUM|LARGE|SMALL|\s)+ CIRCLE|(?:RING|DIAMOND) OPERATOR|BLACK SMALL SQUARE"
)
_PUNCTUATION_AND_SYMBOLS = frozenset("PS")
# These ask and tell with a hyphen, and `point` follows them: `y a-t-il, point par point`, `rendez-vous point info`.
_FRENCH = re.compile(r"-(?:vous|nous|moi|toi|il|elle|ils|elles|on|je|tu|ce|ci|là)$", re.IGNORECASE)


def disguised_address(text: str) -> re.Match[str] | None:
    lower, dotted = text.lower(), _dotted(text)
    if _DOT not in dotted and not any(word in lower for word in _dot_words()):
        return None
    return _disguised().search(dotted) or next(_with_hyphens(dotted), None)


def _with_hyphens(dotted: str) -> Iterator[re.Match[str]]:
    """A name with a hyphen, a dot in any form, and any ending that exists."""
    for match in _hyphenated().finditer(dotted):
        ending = match["ending"].lower()
        if not _FRENCH.search(match["name"]) and ending != "final" and _endings().publicsuffix(ending):
            yield match


def _dotted(text: str) -> str:
    """The text with one sign in the place of all that pass for a full stop."""
    return text if text.isascii() else "".join(_DOT if _is_dot(char) else char for char in text)


@lru_cache(maxsize=8192)
def _is_dot(char: str) -> bool:
    if char.isascii() or unicodedata.category(char)[0] not in _PUNCTUATION_AND_SYMBOLS:
        return False
    return _DOT_LIKE.fullmatch(unicodedata.name(char, "")) is not None


@lru_cache(maxsize=1)
def _disguised() -> re.Pattern[str]:
    words = "|".join(_dot_words())
    return re.compile(
        rf"(?<=[A-Za-z0-9])(?:{_DOT}|\s?[(\[]dot[)\]]\s?)(?:{ENDINGS})(?![A-Za-z])"
        rf"|(?<=[A-Za-z0-9])[点點](?:{SURE_ENDINGS})(?![A-Za-z])"
        rf"|\s[(\[]?dot[)\]]?\s(?:{SURE_ENDINGS}|app|me slash)(?![A-Za-z])"
        rf"|\s[(\[]?(?:{words})[)\]]?\s?(?:com|net|org)(?![A-Za-z])"
        r"|\s(?:точка|крапка)\s(?:ком|ру|нет|орг)\b|(?:دوت|نقطة)\s(?:كوم|نت)\b|닷컴"
        r"|[(\[](?:punto|ponto|point|punkt)[)\]]",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _hyphenated() -> re.Pattern[str]:
    words = "|".join(_dot_words())
    gap = r"[\s,،、，()\[\]]"
    return re.compile(
        r"(?<![\w-])(?P<name>[a-z0-9]+(?:-[a-z0-9]+)+)"
        rf"(?:{_DOT}|{gap}+(?:{words}){gap}+|{gap}*(?:{'|'.join(w for w in _dot_words() if not w.isascii())}){gap}*)"
        r"(?P<ending>[a-z]{2,24})(?![\w-])",
        re.IGNORECASE,
    )


@lru_cache(maxsize=1)
def _dot_words() -> tuple[str, ...]:
    by_language: dict[str, list[str]] = data_file("app.checks", "words", "dot-words.yaml")
    return tuple(sorted({word for words in by_language.values() for word in words}, key=len, reverse=True))


@lru_cache(maxsize=1)
def _endings() -> PublicSuffixList:
    """The endings of the Public Suffix List as the package ships it; it never asks the network."""
    return PublicSuffixList(only_icann=True, accept_unknown=False)
