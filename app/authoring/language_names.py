"""Language tags by the names that people write in their place."""

from functools import lru_cache

from app.authoring.data_file import data_file


def tag_of(name: str) -> str | None:
    return _tags().get(name.strip().lower())


@lru_cache(maxsize=1)
def _tags() -> dict[str, str]:
    by_tag = data_file("app.authoring", "language_names.yaml")
    return {name: tag for tag, names in by_tag.items() for name in names}
