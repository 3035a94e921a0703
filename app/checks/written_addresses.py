"""Finds web, mail, messenger and wallet addresses in a text, disguised ones too: `police dot com`, `t . me`."""

import re
import unicodedata
from collections.abc import Iterable

# Endings that anybody can register. The sure ones are no words that could follow a full stop.
_ENDINGS = "com|net|org|gov|info|xyz|top|vip|cc|io|me|app|co|site|online|live|link|click|shop|ru|tk|ml|pw|eth|sol"
_SURE_ENDINGS = "com|net|org|gov|xyz|vip|cc|io|onion|eth"
_OTHER_SCRIPTS = "рф|中国|中國|香港|台湾|台灣|한국|닷컴|ไทย|भारत|شبكة|موقع|网址|網址|网络|網絡|在线"

_LINK_SIGNS = ("@", ":", "[.]", "(.)", "WWW", "xn--", "/")
_LINK = re.compile(r"@|(?<=\w):/|\[\.\]|\(\.\)|WWW\.|xn--|(?:mailto|javascript):|\b(?:t|wa|m|fb|lin)\.?(?:me|ee)/")
_DOTS = (".", "\uff61", ",")
_DOMAIN = re.compile(
    # In lower case or with a common ending: `TP.HCM` and `e.g.` are abbreviations, not domains.
    rf"[.\uff61](?<=\w.)(?:[a-z][a-z0-9]+|(?i:{_ENDINGS})|{_OTHER_SCRIPTS})(?![A-Za-z0-9])"
    r"|(?<=[а-яёіїєґқ]{3}\.)[а-яёіїєґқ]{2,}"
    # A space beside the dot leaves the domain the same: `police . com`, `t .me`.
    rf"|(?<=\w) ?\. ?(?:{_SURE_ENDINGS})(?![A-Za-z0-9])"
    r"|(?<=\w) \. ?[a-z]{2,}(?![A-Za-z0-9])"
    r"|(?<=[A-Za-z0-9]),(?:com|net|org)\b"
)
# What passes for a full stop.
_OTHER_DOTS = "。·•‧∙․點点"
_DISGUISED = re.compile(
    rf"(?<=[A-Za-z0-9])(?:[{_OTHER_DOTS}]|\s?[(\[]dot[)\]]\s?)(?:{_ENDINGS})(?![A-Za-z])"
    rf"|\s[(\[]?dot[)\]]?\s(?:{_SURE_ENDINGS}|app|me slash)(?![A-Za-z])"
    r"|\s[(\[]?(?:punto|ponto|point|punkt|punt|tuldok|titik|chấm|nokta|точка|точку|крапка|нүкте|نقطة|دوت|डॉट|புள்ளி|จุด|ดอท|ドット"
    r"|点|點|닷|점)[)\]]?\s?(?:com|net|org)(?![A-Za-z])"
    r"|\s(?:точка|крапка)\s(?:ком|ру|нет|орг)\b|(?:دوت|نقطة)\s(?:كوم|نت)\b|닷컴|[(\[](?:punto|ponto|point|punkt)[)\]]",
    re.IGNORECASE,
)
# A pattern tried at every place is slower than a search for these.
_DISGUISES = (
    *(*_OTHER_DOTS, "dot", "punto", "ponto", "point", "punkt", "punt", "tuldok", "titik", "chấm", "nokta", "точк"),
    *("крапка", "нүкте", "نقطة", "دوت", "डॉट", "புள்ளி", "จุด", "ดอท", "ドット", "닷", "점"),
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
    lower = text.lower()
    if found is None and _has(lower, _DISGUISES):
        found = _DISGUISED.search(text)
    return found or (_ACCOUNT.search(text) if _has(lower, _ACCOUNT_SIGNS) else None)


def _has(text: str, signs: Iterable[str]) -> bool:
    return any(sign in text for sign in signs)


def _word(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 30) : match.start()]
    start, end = _WORD_END.search(before), _WORD_REST.match(match.string, match.end())
    return (start.group() if start else "") + match.group() + (end.group() if end else "")
