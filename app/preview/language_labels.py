"""English names of languages."""

from functools import lru_cache

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fil": "Filipino",
    "fr": "French",
    "hi": "Hindi",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "kk": "Kazakh",
    "ko": "Korean",
    "mi": "Māori",
    "ms": "Malay",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "ta": "Tamil",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
    "zh-Hans": "Chinese, simplified",
    "zh-Hant": "Chinese, traditional",
}


@lru_cache(maxsize=512)
def language_name(tag: str) -> str:
    """
    >>> language_name("pt-BR"), language_name("zh-Hant"), language_name("xx")
    ('Portuguese (BR)', 'Chinese, traditional', 'xx')
    """
    if tag in NAMES:
        return NAMES[tag]
    language, _, rest = tag.partition("-")
    return f"{NAMES[language]} ({rest})" if language in NAMES else tag
