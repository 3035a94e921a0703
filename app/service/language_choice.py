"""Chooses one of a region's languages for a user."""

from collections.abc import Sequence
from functools import lru_cache

from langcodes import Language, closest_supported_match
from langcodes.tag_parser import LanguageTagError

# CLDR distance. Up to 25 a reader of one understands the other: zh-HK and zh-Hant, pt-BR and pt-PT, nb and no.
CLOSE_ENOUGH = 25

# Users send few tags, but made-up ones must not fill the memory. One match takes 6 microseconds.
_REMEMBERED = 8192

# langcodes keeps every tag it has ever parsed: 149 MB after 100,000 different ones.
_KEPT_BY_LANGCODES = 20_000


def choose_language(wanted: Sequence[str], supported: tuple[str, ...]) -> str:
    """The nearest supported language of the first tag that has one close enough.

    If none has, English where it is supported; if the tags name no language at all, the first one.
    """
    for tag in wanted:
        chosen = nearest(tag, supported)
        if chosen is not None:
            return chosen
    return foreign_language(supported) if any(map(_names_a_language, wanted)) else supported[0]


def foreign_language(supported: tuple[str, ...]) -> str:
    """The language for users who read none of the supported ones, as far as their tags tell."""
    return next((tag for tag in supported if tag.partition("-")[0] == "en"), supported[0])


@lru_cache(_REMEMBERED)
def nearest(tag: str, supported: tuple[str, ...]) -> str | None:
    """The supported language nearest to one tag; None if none is close enough, or the tag is malformed."""
    _limit_langcodes()
    try:
        return closest_supported_match(tag, list(supported), max_distance=CLOSE_ENOUGH)
    except (LanguageTagError, ValueError):
        return None


@lru_cache(_REMEMBERED)
def _names_a_language(tag: str) -> bool:
    """Whether it tells anything about its user: `und` and what is no tag do not."""
    _limit_langcodes()
    try:
        return Language.get(tag).language is not None
    except (LanguageTagError, ValueError):
        return False


def _limit_langcodes() -> None:
    if len(Language._INSTANCES) > _KEPT_BY_LANGCODES:  # noqa: SLF001  # there is no public way to empty it
        Language._INSTANCES.clear()  # noqa: SLF001  # as above
        Language._PARSE_CACHE.clear()  # noqa: SLF001  # as above
