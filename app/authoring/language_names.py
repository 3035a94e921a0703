"""Language tags by the names that people write in their place."""

_TAGS = {
    "ar": "arabic",
    "bn": "bengali bangla",
    "de": "german deutsch",
    "el": "greek gr",
    "en": "english eng",
    "es": "spanish español castellano",
    "fa": "persian farsi",
    "fil": "filipino tagalog",
    "fr": "french français",
    "he": "hebrew",
    "hi": "hindi",
    "id": "indonesian bahasa",
    "it": "italian italiano",
    "ja": "japanese jp 日本語",
    "kk": "kazakh",
    "ko": "korean 한국어",
    "ms": "malay melayu",
    "nl": "dutch nederlands",
    "pl": "polish polski",
    "pt": "portuguese português",
    "ru": "russian русский",
    "ta": "tamil",
    "th": "thai",
    "tr": "turkish türkçe",
    "uk": "ukrainian ua українська",
    "ur": "urdu",
    "vi": "vietnamese",
    "zh-Hans": "chinese mandarin 中文 简体 简体中文",
    "zh-Hant": "cantonese 繁體 繁體中文",
}
_BY_NAME = {name: tag for tag, names in _TAGS.items() for name in names.split()}


def tag_of(name: str) -> str | None:
    return _BY_NAME.get(name.strip().lower())
