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
    """The nearest supported language of the first tag that has one close enough, else the region's first."""
    for tag in wanted:
        chosen = _nearest(tag, supported)
        if chosen is not None:
            return chosen
    return supported[0]


@lru_cache(_REMEMBERED)
def _nearest(tag: str, supported: tuple[str, ...]) -> str | None:
    if len(Language._INSTANCES) > _KEPT_BY_LANGCODES:  # noqa: SLF001  # there is no public way to empty it
        Language._INSTANCES.clear()  # noqa: SLF001  # as above
        Language._PARSE_CACHE.clear()  # noqa: SLF001  # as above
    try:
        return closest_supported_match(tag, list(supported), max_distance=CLOSE_ENOUGH)
    except (LanguageTagError, ValueError):
        return None
