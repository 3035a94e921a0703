"""The types of entries: days, languages, names. Each refuses a wrong value in plain words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import langcodes
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from app.authoring.language_names import tag_of
from app.authoring.suggestions import nearest

# The type of errors that are in plain words already; `shape` passes them on unchanged.
IN_WORDS = "in_words"

NAME_LIMIT = 64
TEXT_LIMIT = 128

_MESSAGE_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CONTACT_NAME = re.compile(r"[a-z][a-z0-9_]*")
HASH_DIGITS = 12
_HASH = re.compile(f"[0-9a-f]{{{HASH_DIGITS}}}")
_HASH_HINT = f"{HASH_DIGITS} letters and digits in quotes, as `forewarn translations --mark` writes them"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PHONE = re.compile(r"[+*#0-9][0-9 ()*#-]{1,23}")
_URL = re.compile(
    r"https://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?(?:[/?][\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]*)?"
)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


class Form(BaseModel):
    """A mapping with fixed entries: strict types, no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=False)


def _refusal(message: str, hint: str | None = None) -> PydanticCustomError:
    return PydanticCustomError(IN_WORDS, "{words}", {"words": message, "hint": hint})


@dataclass(frozen=True, slots=True)
class InEditors:
    """What an editor checks while the author types; never stricter than the validator."""

    pattern: str
    hint: str
    examples: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described: JsonSchemaValue = {"pattern": f"^(?:{self.pattern})$", "patternErrorMessage": self.hint}
        return handler(schema) | described | ({"examples": list(self.examples)} if self.examples else {})


def _matching(pattern: re.Pattern[str], what: str, hint: str | None = None) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise _refusal(f"not {what}", hint)
        return text

    return check


@lru_cache(maxsize=4096)
def day(text: str) -> date:
    """A day such as 2026-11-01. Raises ValueError."""
    if not _DAY.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def _real_day(text: str) -> str:
    try:
        day(text)
    except ValueError:
        raise _refusal("not a day of the calendar", "write year-month-day: 2026-11-01") from None
    return text


@lru_cache(maxsize=1024)
def is_language(tag: str) -> bool:
    try:
        return "_" not in tag and len(tag) <= 35 and langcodes.tag_is_valid(tag)
    except (ValueError, LookupError):
        return False


def _language_meant(tag: str) -> str | None:
    with_hyphens = tag.replace("_", "-")
    meant = with_hyphens if is_language(with_hyphens) else tag_of(tag)
    return f"did you mean `{meant}`?" if meant is not None else None


def _language(tag: str) -> str:
    if not is_language(tag):
        raise _refusal("not a language tag", _language_meant(tag) or "tags are of BCP 47: `en`, `zh-Hant`, `pt-BR`")
    return tag


@lru_cache(maxsize=1024)
def _is_timezone(key: str) -> bool:
    try:
        return bool(ZoneInfo(key).key)
    except (ValueError, LookupError, OSError):
        return False


def _timezone_meant(key: str) -> str | None:
    """By the whole name or the city's; never an old name, nor `Etc/GMT-8`, which is east of Greenwich."""
    zones = [zone for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/")]
    cities = {zone.rpartition("/")[2]: zone for zone in reversed(zones)}
    written = key.replace(" ", "_")
    meant = nearest(written, zones) or cities.get(nearest(written, cities) or "")
    return f"did you mean `{meant}`?" if meant else None


def _timezone(key: str) -> str:
    if not _is_timezone(key):
        hint = _timezone_meant(key) or "zones are named by continent and city: `Asia/Hong_Kong`"
        raise _refusal("not a time zone", hint)
    return key


def is_page(text: str) -> bool:
    """Whether it is the https address of a page."""
    return _URL.fullmatch(text) is not None


Day = Annotated[str, AfterValidator(_real_day), InEditors(_DAY.pattern, "write year-month-day: 2026-11-01")]
Language = Annotated[
    str,
    AfterValidator(_language),
    InEditors("[A-Za-z0-9-]{2,35}", "a language tag such as en or zh-Hant", ("en", "zh-Hant", "ar", "es", "pt-BR")),
]
TimeZone = Annotated[
    str,
    AfterValidator(_timezone),
    InEditors("[A-Za-z0-9_+/-]+", "a time zone such as Asia/Hong_Kong", ("UTC", "Asia/Hong_Kong", "Europe/London")),
]
Phone = Annotated[
    str,
    InEditors(_PHONE.pattern, "digits, spaces, hyphens and a leading +, in quotes"),
    AfterValidator(
        _matching(_PHONE, "a phone number", "digits, spaces, hyphens and a leading +; at most 24 characters")
    ),
]
Url = Annotated[
    str,
    Field(max_length=256),
    InEditors(_URL.pattern, "a web address that begins with https:// and a domain"),
    AfterValidator(_matching(_URL, "a web address that users can be sent to", "it begins with https:// and a domain")),
]
# A check judges it, not the form: a file of an earlier version still makes the same bundle.
Page = Annotated[
    str,
    Field(min_length=1, max_length=1000),
    InEditors(_URL.pattern, "the address of the page, beginning with https://"),
]
Domain = Annotated[
    str,
    Field(max_length=253),
    InEditors(_DOMAIN.pattern, "a domain such as police.example"),
    AfterValidator(_matching(_DOMAIN, "a domain", "write it as `police.example`")),
]
MessageName = Annotated[
    str,
    Field(max_length=NAME_LIMIT),
    InEditors(_MESSAGE_NAME.pattern, "lower case letters and digits, with hyphens between words"),
    AfterValidator(_matching(_MESSAGE_NAME, "a name", "lower case letters and digits, with hyphens between words")),
]
VariantName = MessageName
ContactName = Annotated[
    str,
    Field(max_length=NAME_LIMIT),
    InEditors(_CONTACT_NAME.pattern, "lower case letters, digits and underscores; a letter first"),
    AfterValidator(_matching(_CONTACT_NAME, "a name", "lower case letters, digits and underscores; a letter first")),
]
TextHash = Annotated[
    str,
    InEditors(_HASH.pattern, _HASH_HINT),
    AfterValidator(_matching(_HASH, "the hash of a text", _HASH_HINT)),
]
ShortText = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]
LongText = Annotated[str, Field(min_length=1, max_length=1000)]
