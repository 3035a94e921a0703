"""Bodies of assessments: each that must be refused, with what is said of it, and the nearest ones that are good."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.api.problems import VALUE

# What an unknown field may be called; as a JSON pointer, ~ is ~0 and / is ~1.
ODD_NAME, ODD_POINTER = "odd~name/here", "odd~0name~1here"

LEAST: dict[str, Any] = {"withdrawal_id": "wd_1", "user_id": "u-1", "region": "HK"}
FULL: dict[str, Any] = {
    **LEAST,
    "languages": ["zh-HK", "en"],
    "asset": "USDT",
    "network": "TRON",
    "amount": "12500.00",
    "amount_usd": 12500.0,
    "share_of_balance": 0.95,
    "channel": "app",
    "declared_purpose": "investment",
    "destination": {"address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "kind": "unknown", "first_use": True, "tags": []},
    "account": {
        "age_days": 14,
        "age_band": "60+",
        "kyc_level": 2,
        "withdrawals_30d": 0,
        "first_withdrawal": True,
    },
    "session": {"signals": ["remote_access"]},
    "attributes": {"note": "text"},
}

TEXT, NUMBER, SHARE, FLAG, LIST, GROUP = "text", "number", "share", "flag", "list", "group"
FIELDS = {
    "/withdrawal_id": TEXT,
    "/user_id": TEXT,
    "/region": TEXT,
    "/languages": LIST,
    "/asset": TEXT,
    "/network": TEXT,
    "/amount": TEXT,
    "/amount_usd": NUMBER,
    "/share_of_balance": SHARE,
    "/channel": TEXT,
    "/declared_purpose": TEXT,
    "/destination": GROUP,
    "/destination/address": TEXT,
    "/destination/kind": TEXT,
    "/destination/first_use": FLAG,
    "/destination/tags": LIST,
    "/account": GROUP,
    "/account/age_days": NUMBER,
    "/account/age_band": TEXT,
    "/account/kyc_level": NUMBER,
    "/account/withdrawals_30d": NUMBER,
    "/account/first_withdrawal": FLAG,
    "/session": GROUP,
    "/session/signals": LIST,
    "/attributes": GROUP,
}
REQUIRED = tuple(f"/{name}" for name in LEAST)
SHOWN = ("/amount", "/asset", "/network", "/destination/address")
LISTS = (*(field for field, kind in FIELDS.items() if kind == LIST), "/attributes/any")
FREE_TEXTS = tuple(field for field, kind in FIELDS.items() if kind == TEXT and field not in {"/region", "/amount"})

# One value of each JSON type, and the kinds of field that take it.
VALUES: dict[str, tuple[Any, set[str]]] = {
    "a text": (VALUE, {TEXT}),
    "digits in a text": ("7", {TEXT}),
    "an empty list": ([], {LIST}),
    "a list of texts": ([VALUE], {LIST}),
    "a list of numbers": ([7], set()),
    "a list with a null": ([None], set()),
    "an empty object": ({}, {GROUP}),
    "a number": (7.25, {NUMBER}),
    "zero": (0, {NUMBER, SHARE}),
    "one": (1, {NUMBER, SHARE}),
    "true": (True, {FLAG}),
}


@dataclass(frozen=True)
class Body:
    """`pointers` are all that the answer must name, where it names any."""

    name: str
    content: bytes
    status: int
    pointers: frozenset[str] = frozenset()


def changed(field: str, value: Any, base: dict[str, Any] = LEAST) -> dict[str, Any]:
    """A body whose `field`, a JSON pointer, has this value."""
    body: dict[str, Any] = json.loads(json.dumps(base))
    *groups, last = field[1:].split("/")
    place = body
    for group in groups:
        place = place.setdefault(group, {})
    place[last] = value
    return body


def dumped(body: object) -> bytes:
    return json.dumps(body).encode()


def _refused(name: str, body: object, *pointers: str) -> Body:
    return Body(name, dumped(body), 422, frozenset(pointers))


def _accepted(name: str, body: object) -> Body:
    return Body(name, dumped(body), 200)


def _wrong_types() -> Iterator[Body]:
    for field, kind in FIELDS.items():
        for name, (value, kinds) in VALUES.items():
            if kind in kinds:
                continue
            where = f"{field}/0" if kind == LIST and isinstance(value, list) else field
            yield _refused(f"{field} is {name}", changed(field, value), where)
    for name in ("a list of numbers", "a list with a null", "an empty object"):
        yield _refused(f"an attribute is {name}", changed("/attributes/any", VALUES[name][0]), "/attributes/any")
    yield _refused("an attribute is a mixed list", changed("/attributes/any", [VALUE, 7]), "/attributes/any")
    yield _refused("an attribute is an object", changed("/attributes/any", {"name": VALUE}), "/attributes/any")


def _not_given() -> Iterator[Body]:
    for field in REQUIRED:
        yield _refused(f"{field} is null", changed(field, None), field)
        yield _refused(f"{field} is missing", {k: v for k, v in FULL.items() if f"/{k}" != field}, field)
    yield _refused("nothing is given", {}, *REQUIRED)


def _too_long() -> Iterator[Body]:
    for field in FREE_TEXTS:
        limit = 256 if field == "/destination/address" else 128
        yield _accepted(f"{field} has {limit} characters", changed(field, "語" * limit))
        yield _refused(f"{field} has {limit + 1} characters", changed(field, VALUE + "語" * (limit - 7)), field)
    yield _accepted("/amount has 128 characters", changed("/amount", "1" * 128))
    yield _refused("/amount has 129 characters", changed("/amount", "1" * 129), "/amount")
    for field in LISTS:
        entry = field if field.startswith("/attributes") else f"{field}/1"
        yield _accepted(f"{field} has 32 entries of 128 characters", changed(field, ["x" * 128] * 32))
        yield _refused(f"{field} has 33 entries", changed(field, [VALUE] * 33), field)
        yield _refused(f"{field} has an entry of 129 characters", changed(field, ["x", VALUE + "x" * 122]), entry)
    attributes = {f"a{n}": n for n in range(32)}
    yield _accepted("/attributes has 32 entries", LEAST | {"attributes": attributes})
    yield _refused("/attributes has 33 entries", LEAST | {"attributes": attributes | {"b": VALUE}}, "/attributes")
    yield _accepted("an attribute's name has 128 characters", LEAST | {"attributes": {"n" * 128: 1}})
    long_name = "n" * 129
    yield _refused(
        "an attribute's name has 129 characters", LEAST | {"attributes": {long_name: VALUE}}, f"/attributes/{long_name}"
    )
    yield _accepted("an attribute has 128 characters", changed("/attributes/any", "x" * 128))
    long_value = VALUE + "x" * 122
    yield _refused("an attribute has 129 characters", changed("/attributes/any", long_value), "/attributes/any")


def _unknown_fields() -> Iterator[Body]:
    for group in ("", "/destination", "/account", "/session"):
        body = json.loads(dumped(FULL))
        (body[group[1:]] if group else body)[ODD_NAME] = VALUE
        yield _refused(f"an unknown field in {group or 'the body'}", body, f"{group}/{ODD_POINTER}")
    for name in ("", "[key]", "0", "Region", "rule_id"):
        yield _refused(f"an unknown field called {name!r}", LEAST | {name: VALUE}, f"/{name}")


def _ids_regions_amounts() -> Iterator[Body]:
    for field in ("/withdrawal_id", "/user_id"):
        yield _refused(f"{field} is empty", changed(field, ""), field)
    for region in ("hk", "HKG", "H", "", " HK", "HK\n", "Hk", "H1", "ＨＫ", "global"):
        yield _refused(f"/region is {region!a}", changed("/region", region), "/region")
    yield _accepted("/region without a folder", changed("/region", "ZZ"))
    for amount in ("1e5", "-1", "", " 1", "1 ", "1\n", "1.", ".5", "+1", "1,000", "0x1", "1.2.3", "١", "NaN", "1_000"):
        yield _refused(f"/amount is {amount!a}", changed("/amount", amount), "/amount")
    for amount in ("0", "1", "0.00000001", "007", "9" * 60 + ".5"):
        yield _accepted(f"/amount is {amount}", changed("/amount", amount))


def _numbers() -> Iterator[Body]:
    least = dumped(LEAST)[:-1].decode()
    for field, kind in FIELDS.items():
        if kind not in {NUMBER, SHARE}:
            continue
        yield _refused(f"{field} is negative", changed(field, -0.01), field)
        for number in ("1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 5000, "-1" + "0" * 5000):
            body = dumped(changed(field, "here")).replace(b'"here"', number.encode())
            yield Body(f"{field} is {number[:6]} ({len(number)} characters)", body, 422, frozenset({field}))
        for number in ("1e308", "1e20", "1" + "0" * 30, "18446744073709551616", "9007199254740993", "5e-324", "-0.0"):
            body = dumped(changed(field, "here")).replace(b'"here"', number.encode())
            possible = kind == NUMBER or float(number) <= 1
            yield Body(
                f"{field} is {number}", body, 200 if possible else 422, frozenset() if possible else frozenset({field})
            )
    yield _refused("a share in percent", changed("/share_of_balance", 80), "/share_of_balance")
    yield Body("a share of everything and the fee", dumped(changed("/share_of_balance", 1.004)), 200)
    for number in ("1e999", "-1e999", "1" + "0" * 5000):
        body = f'{least}, "attributes": {{"any": {number}}}}}'.encode()
        yield Body(f"an attribute is {number[:6]}", body, 422, frozenset({"/attributes/any"}))
    for number in ("1e308", "-1e308", "1" + "0" * 30, "-9223372036854775809", "9223372036854775808", "1.0", "-1"):
        # One that no rule knows, and one that facts.yaml declares, so that its event holds it.
        for name in ("any", "funds_from"):
            body = f'{least}, "attributes": {{"{name}": {number}}}}}'.encode()
            yield Body(f"attribute {name} is {number}", body, 200)


def _not_json() -> Iterator[Body]:
    least = dumped(LEAST)
    opened = least[:-1].decode()
    for literal in ("NaN", "Infinity", "-Infinity"):
        for place in (
            '"amount_usd": {}',
            '"account": {{"age_days": {}}}',
            '"attributes": {{"any": {}}}',
            '"attributes": {{"any": ["x", {}]}}',
            '"channel": {}',
            '"unknown": {}',
            '"unknown": [{{"deep": {}}}]',
        ):
            yield Body(f"{literal} in {place}", f"{opened}, {place.format(literal)}}}".encode(), 400)
    raw = {
        "nothing": b"",
        "white space": b" \n",
        "a word": VALUE.encode(),
        "a BOM": b"\xef\xbb\xbf" + least,
        "UTF-16": least.decode().encode("utf-16"),
        "Latin-1": opened.encode() + ', "channel": "café"}'.encode("latin-1"),
        "a byte that is no UTF-8": opened.encode() + b', "channel": "\xff"}',
        "half a pair in UTF-8": opened.encode() + b', "channel": "\xed\xa0\x80"}',
        "an overlong slash": opened.encode() + b', "channel": "\xc0\xaf"}',
        "two bodies": least + least,
        "more text": least + VALUE.encode(),
        "a trailing comma": opened.encode() + b",}",
        "a comment": opened.encode() + b"/* no */}",
        "single quotes": least.replace(b'"', b"'"),
        "a bare name": opened.encode() + b", channel: 1}",
        "a bare value": opened.encode() + b', "channel": ' + VALUE.encode() + b"}",
        "a raw line end in a text": opened.encode() + b', "channel": "a\nb"}',
        "a raw NUL in a text": opened.encode() + b', "channel": "a\x00b"}',
        "a wrong escape": opened.encode() + rb', "channel": "\x41"}',
        "a short escape": opened.encode() + rb', "channel": "\u12"}',
        **{
            f"the number {number}": f'{opened}, "amount_usd": {number}}}'.encode()
            for number in ("01", "+1", "1.", ".5", "1e", "0x1", "1_000", "١", "--1", "nan", "inf")
        },
    }
    for name, content in raw.items():
        yield Body(f"{name}", content, 400)


def _not_an_object() -> Iterator[Body]:
    for value in ([], [LEAST], None, True, 7, VALUE):
        yield _refused(f"the body is {type(value).__name__} {value!r:.9}", value, "")


def _not_unicode() -> Iterator[Body]:
    for field in (*FREE_TEXTS, "/region", "/amount", "/attributes/any"):
        for half in ("\ud800", "\udfff", "\udc00\ud800"):
            yield _refused(f"{field} has {half!a}", changed(field, VALUE + half), field)
    for field in LISTS:
        where = field if field.startswith("/attributes") else f"{field}/0"
        yield _refused(f"{field} lists half a pair", changed(field, ["\ud800"]), where)
    # The name itself cannot be said.
    yield Body("half a pair in a name", dumped(LEAST | {"\ud800": VALUE}), 422)
    yield Body("half a pair in an attribute's name", dumped(LEAST | {"attributes": {"\ud800": VALUE}}), 422)
    yield _accepted("a whole pair", changed("/channel", "😀"))


def _nested() -> Iterator[Body]:
    opened = dumped(LEAST)[:-1].decode()
    yield Body("8,000 open lists", b"[" * 8000, 422)
    yield Body("2,000 open objects", b'{"a":' * 2000, 422)
    for depth in (2, 100, 198, 199, 200, 201, 250, 900, 5000):
        lists = "[" * depth + "]" * depth
        yield Body(f"an attribute nests {depth} deep", f'{opened}, "attributes": {{"any": {lists}}}}}'.encode(), 422)
        yield Body(f"an unknown field nests {depth} deep", f'{opened}, "unknown": {lists}}}'.encode(), 422)


def _sizes() -> Iterator[Body]:
    least = dumped(LEAST)
    yield Body("16 KiB", least + b" " * (16 * 1024 - len(least)), 200)
    yield Body("16 KiB and a byte", least + b" " * (16 * 1024 + 1 - len(least)), 413)
    yield Body("64 KiB that are no JSON", b"x" * 64 * 1024, 413)


def _everything_wrong() -> Iterator[Body]:
    body: dict[str, Any] = {}
    for field, kind in FIELDS.items():
        if kind != GROUP:
            body = changed(field, {"name": VALUE}, body)
    body |= {"unknown": VALUE, "attributes": {"one": {}, "two": [1], "three": 3}}
    wrong = [field for field, kind in FIELDS.items() if kind != GROUP]
    yield _refused("everything is wrong", body, *wrong, "/unknown", "/attributes/one", "/attributes/two")


def _twice() -> Iterator[Body]:
    least = dumped(LEAST)[:-1].decode()
    yield Body("the last of two regions is good", f'{{"region": "hk", {least[1:]}}}'.encode(), 200)
    yield Body("the last of two regions is bad", f'{least}, "region": "hk"}}'.encode(), 422, frozenset({"/region"}))


def _every() -> Iterator[Body]:
    yield _accepted("the least", LEAST)
    yield _accepted("the whole", FULL)
    for part in (
        _wrong_types,
        _not_given,
        _too_long,
        _unknown_fields,
        _ids_regions_amounts,
        _numbers,
        _not_json,
        _not_an_object,
        _not_unicode,
        _nested,
        _sizes,
        _everything_wrong,
        _twice,
    ):
        yield from part()


BODIES = tuple(_every())
REFUSED = tuple(body for body in BODIES if body.status != 200)
ACCEPTED = tuple(body for body in BODIES if body.status == 200)
