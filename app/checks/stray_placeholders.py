"""Finds placeholders in the wrong brackets: they are no placeholders, so users would read `｛amount｝` as it stands."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted
from app.checks.violation import Violation

# Braces of other keyboards are for nothing else; the other signs count only around a name that is known.
_BRACES = re.compile(r"[｛﹛❴⦃][^｛﹛❴⦃{}]{0,40}?[｝﹜❵⦄}]|\{[^{}]{0,40}?[｝﹜❵⦄]")
_NAMED = re.compile(
    r"\[\[?\s*(?P<a>\w+)\s*\]\]?|[<＜]\s*(?P<b>\w+)\s*[>＞]|[%％](?P<c>\w+)[%％]|[#＃](?P<d>\w+)[#＃]"
    r"|__(?P<e>[a-z]\w*?)__|[$＄]\{?(?P<f>\w+)\}?|【\s*(?P<g>\w+)\s*】|「\s*(?P<h>\w+)\s*」|〔\s*(?P<i>\w+)\s*〕"
    r"|［\s*(?P<j>\w+)\s*］|@(?P<k>[a-z]\w*)"
)


def stray_placeholders(text: str, names: Collection[str]) -> Iterator[Violation]:
    """`names` are those that the text may use."""
    for match in _BRACES.finditer(text):
        inner = _plain(match.group()[1:-1])
        hint = (
            f"write {{{inner}}}" if inner in names else "write {amount}, with the curly braces of an English keyboard"
        )
        yield _shown_as_it_is(match.group(), hint)
    for match in _NAMED.finditer(text):
        inner = next(_plain(each) for each in match.groups() if each is not None)
        if inner in names:
            yield _shown_as_it_is(match.group(), f"write {{{inner}}}")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().lower()


def _shown_as_it_is(written: str, hint: str) -> Violation:
    return Violation(
        Code.PLACEHOLDER, f"{quoted(written)} is no placeholder, so users would read it as it stands", hint
    )
