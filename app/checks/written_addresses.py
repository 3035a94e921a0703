"""Finds web, mail, messenger and wallet addresses in a text, disguised ones too: `police dot com`, `t . me`."""

import re
import unicodedata
from collections.abc import Iterable

from app.checks.disguised_addresses import ENDINGS, SURE_ENDINGS, disguised_address

_OTHER_SCRIPTS = "рф|中国|中國|香港|台湾|台灣|한국|닷컴|ไทย|भारत|شبكة|موقع|网址|網址|网络|網絡|在线"

_LINK_SIGNS = ("@", ":", "[.]", "(.)", "WWW", "xn--", "/")
_LINK = re.compile(r"@|(?<=\w):/|\[\.\]|\(\.\)|WWW\.|xn--|(?:mailto|javascript):|\b(?:t|wa|m|fb|lin)\.?(?:me|ee)/")
_DOTS = (".", "\uff61", ",")
_DOMAIN = re.compile(
    # In lower case or with a common ending: `TP.HCM` and `e.g.` are abbreviations, not domains.
    rf"[.\uff61](?<=\w.)(?:[a-z][a-z0-9]+|(?i:{ENDINGS})|{_OTHER_SCRIPTS})(?![A-Za-z0-9])"
    r"|(?<=[а-яёіїєґқ]{3}\.)[а-яёіїєґқ]{2,}"
    # A space beside the dot leaves the domain the same: `police . com`, `t .me`.
    rf"|(?<=\w) ?\. ?(?:{SURE_ENDINGS})(?![A-Za-z0-9])"
    r"|(?<=\w) \. ?[a-z]{2,}(?![A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9]),(?:com|net|org)\b"
)
_MESSENGER = r"(?i:whatsapp|telegram|we\s?chat|line|signal|viber|zalo|kakao(?:talk)?|skype|微信|電報|电报)"
_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9]+_[A-Za-z0-9]+"
    r"|(?i:[(\[](?:at|arroba)[)\]]|\b(?:at|arroba|arobase|собака)\s+(?:gmail|hotmail|yahoo|icloud)\b)"
    rf"|{_MESSENGER}\s?(?i:ID|user(?:name)?|handle|帳號|账号|號|号)\s*(?:[:：]\s*[A-Za-z0-9]|(?=[A-Za-z]*[0-9]|[A-Z][a-z]+[A-Z])[A-Za-z])"
    rf"|(?:加|添加){_MESSENGER}\s*(?:[:：]\s*[A-Za-z0-9]|(?=[A-Za-z]*[0-9])[A-Za-z]|(?<=信)\s*[a-z]{{5,}})"
)
_ACCOUNT_SIGNS = (
    *("_", "(at)", "[at]", "arroba", "arobase", "собака", "gmail", "hotmail", "yahoo", "icloud", "whatsapp"),
    *("telegram", "wechat", "we chat", "line", "signal", "viber", "zalo", "kakao", "skype", "微信", "電報", "电报"),
)
_WORD_END = re.compile(r"[\w.:/@-]*$")
_WORD_REST = re.compile(r"(?:[.:/@%?=&#-]*[A-Za-z0-9_])*")
_WALLET = re.compile(
    r"(?<![A-Za-z0-9])(?:0x[0-9A-Fa-f]{6,}|(?:bc1|ltc1|addr1)[a-z0-9]+"
    r"|(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16,}"
    # In pieces: `TQn9 Y2kh Es93`, `T Q n 9 Y 2`.
    r"|(?:(?=[A-Za-z]+[0-9]|[0-9]+[A-Za-z])[A-Za-z0-9]{3,12}(?: |$)){3,}"
    r"|(?:[A-Za-z0-9] ){5,}[A-Za-z0-9](?![A-Za-z0-9]))"
)


def address_in(text: str) -> str | None:
    """The first web, mail or messenger address, with the rest of its word."""
    plain = _plain(text)
    match = _address(text) or (_address(plain) if plain != text else None)
    return _word(match) if match is not None else None


def wallet_in(text: str) -> str | None:
    plain = _plain(text)
    match = _WALLET.search(text) or (_WALLET.search(plain) if plain != text else None)
    return match.group() if match is not None else None


def _plain(text: str) -> str:
    """The text with full-width, small and circled characters as ordinary ones, as readers see them."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _address(text: str) -> re.Match[str] | None:
    linked = _LINK.search(text) if _has(text, _LINK_SIGNS) else None
    found = linked or (_DOMAIN.search(text) if _has(text, _DOTS) else None)
    found = found or disguised_address(text)
    return found or (_ACCOUNT.search(text) if _has(text.lower(), _ACCOUNT_SIGNS) else None)


def _has(text: str, signs: Iterable[str]) -> bool:
    return any(sign in text for sign in signs)


def _word(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 30) : match.start()]
    start, end = _WORD_END.search(before), _WORD_REST.match(match.string, match.end())
    return (start.group() if start else "") + match.group() + (end.group() if end else "")
