"""Finds letters that pass for others, after Unicode Technical Standard 39: one script per word, no styled letters."""

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from string import ascii_letters

import langcodes
from confusable_homoglyphs import categories, confusables

from app.authoring.data_file import data_file
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.violation import Violation

_WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f]*")
_NO_SCRIPT = frozenset({"COMMON", "INHERITED", "Unknown"})
# Scripts whose letters pass for each other's. Others may stand beside Latin in one word: `WhatsApp群組`, `แอปLINE`.
_ALIKE = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU"})
# Full-width letters are ordinary beside Han, kana and Hangul.
_WIDE_SCRIPTS = frozenset({"Hans", "Hant", "Jpan", "Kore"})
# Latin letters that pass for plain ones are letters of their own elsewhere: `ı` in Turkish, `ɩ` in West Africa.
_PLAIN_LATIN = frozenset(("de", "en", "es", "fil", "fr", "id", "it", "ms", "nl", "pl", "pt", "sv", "tl", "vi"))


def confusable_words(text: str, language: str) -> Iterator[Violation]:
    """One violation for each word in which a letter passes for another."""
    if text.isascii() or not _suspects().search(text):
        return
    for word in dict.fromkeys(_WORD.findall(text)):
        if not word.isascii() and (fault := _confusable(word, language)):
            yield Violation(Code.LOOK_ALIKE, *fault)


def scripts_of(text: str) -> AbstractSet[str]:
    """The scripts of the letters, as Unicode calls them: {'LATIN', 'HAN'}."""
    return {script(char) for char in set(text) if char.isalpha()} - _NO_SCRIPT


def scripts_of_language(language: str) -> AbstractSet[str]:
    """The scripts that a language is written in; empty if unknown."""
    return _scripts().get(_script_code(language), frozenset())


@lru_cache(maxsize=1)
def _scripts() -> dict[str, frozenset[str]]:
    return {code: frozenset(names) for code, names in data_file("app.checks", "words", "scripts.yaml").items()}


@lru_cache(maxsize=8192)
def script(char: str) -> str:
    return str(categories.alias(char))


@lru_cache(maxsize=1024)
def _script_code(language: str) -> str:
    return langcodes.Language.get(language).maximize().script or ""


@lru_cache(maxsize=1)
def _plain() -> dict[str, str]:
    """Every letter that passes for an ASCII letter, with that letter, from Unicode's confusables.txt."""
    return {
        each["c"]: plain
        for plain in ascii_letters
        for each in confusables.confusables_data.get(plain, ())
        if len(each["c"]) == 1 and not each["c"].isascii() and each["c"].isalpha()
    }


@lru_cache(maxsize=1)
def _suspects() -> re.Pattern[str]:
    """A quick test for suspicious letters. Beyond the basic plane, a range is cheaper than a list."""
    near = "".join(re.escape(char) for char in sorted(_plain()) if char <= "\uffff")
    return re.compile(f"[\u0370-\u058f\uff21-\uff5a{near}\U00010000-\U0001efff]")


@lru_cache(maxsize=65536)
def _confusable(word: str, language: str) -> tuple[str, str] | None:
    """What is wrong with a word, and what to write instead."""
    retyped = "type the word again on one keyboard; do not copy it"
    for char in word:
        if _styled(char, language):
            return f"{quoted(word)}: {_described(char)}", "write plain letters"
    found = scripts_of(word)
    own = scripts_of_language(language)
    if len(found & _ALIKE) > 1:
        odd = next(char for char in word if script(char) in _ALIKE - _home(found, own))
        return f"{quoted(word)} mixes {_names(found)} letters: {_described(odd)}", retyped
    strangers = "".join(char for char in word if script(char) in _ALIKE - own - {"LATIN"})
    if len(strangers) > 1 and all(char in _plain() for char in strangers):
        what = f"{quoted(strangers)} is {_names(scripts_of(strangers))} that passes for Latin"
        return f"{what}: {_described(strangers[0])}", retyped
    return None


def _home(found: AbstractSet[str], own: AbstractSet[str]) -> AbstractSet[str]:
    """The script that a mixed word was probably meant in."""
    return own & found or {"LATIN"} & found or {min(found)}


def _styled(char: str, language: str) -> bool:
    """Mathematical and full-width letters, and phonetic ones that pass for plain letters."""
    if char.isascii():
        return False
    kind = unicodedata.decomposition(char).partition(" ")[0]
    if kind == "<font>":
        return True
    if kind == "<wide>":
        return "LATIN" in scripts_of(char) and _script_code(language) not in _WIDE_SCRIPTS
    plain_only = langcodes.Language.get(language).language in _PLAIN_LATIN
    return plain_only and not kind and char in _plain() and script(char) == "LATIN"


def _described(char: str) -> str:
    name = unicodedata.name(char, "a letter without a name")
    passes = _plain().get(char) or unicodedata.normalize("NFKC", char)
    looks = f" looks like `{passes}`" if passes != char else ""
    return f"U+{ord(char):04X} {name}{looks}"


def _names(scripts: AbstractSet[str]) -> str:
    return " and ".join(sorted(each.replace("_", " ").title() for each in scripts))
