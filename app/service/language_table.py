"""`choose_language` as a table, for an exchange that chooses among its fallback files without a matcher of its own."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from langcodes.data_dicts import (
    LANGUAGE_ALPHA3,
    LANGUAGE_DISTANCES,
    LANGUAGE_REPLACEMENTS,
    LIKELY_SUBTAGS,
    NORMALIZED_MACROLANGUAGES,
)

from app.service.language_choice import nearest


def language_table(supported: Sequence[str], territories: Collection[str]) -> dict[str, str | None]:
    """The supported language by tag in lower case, for every tag that CLDR has data on.

    A tag that is missing has the entry of its longest prefix: `zh-hk` has an entry of its own, `zh-hk-x-1` has that of
    `zh-hk`, and `en-gb` that of `en`. Null and no entry at all mean that no supported language is close enough.
    """
    table: dict[str, str | None] = {}
    for language, scripts in _written().items():
        known = [language, *(f"{language}-{script}" for script in scripts)]
        for tag in known:
            _add(table, tag, tuple(supported))
        if not table.keys().isdisjoint(known):
            for territory in territories:
                for tag in known:
                    _add(table, f"{tag}-{territory.lower()}", tuple(supported))
    return table


def _add(table: dict[str, str | None], tag: str, supported: tuple[str, ...]) -> None:
    chosen = nearest(tag, supported)
    if chosen != next((table[part] for part in _prefixes(tag) if part in table), None):
        table[tag] = chosen


def _prefixes(tag: str) -> Iterator[str]:
    while tag := tag.rpartition("-")[0]:
        yield tag


def _written() -> Mapping[str, Sequence[str]]:
    """The scripts of every language that CLDR has data on. Other codes of a language have its scripts."""
    scripts: dict[str, set[str]] = {}
    for tag, likely in LIKELY_SUBTAGS.items():
        parts = {part.lower() for part in f"{tag}-{likely}".split("-") if len(part) == 4}
        scripts.setdefault(tag.partition("-")[0], set()).update(parts)
    others = {code: language for language, code in LANGUAGE_ALPHA3.items()}
    for tag, language in {**others, **LANGUAGE_REPLACEMENTS, **NORMALIZED_MACROLANGUAGES}.items():
        scripts.setdefault(tag, set()).update(scripts.get(language.partition("-")[0], ()))
    for tag in LANGUAGE_DISTANCES:
        scripts.setdefault(tag, set())
    # `und` and `root` say nothing of their user. The rest are pairs of language and script, and tags that RFC 3066
    # registered whole.
    languages = [tag for tag in sorted(scripts) if tag.isalpha() and tag not in {"und", "root"}]
    return {language: sorted(scripts[language]) for language in languages}
