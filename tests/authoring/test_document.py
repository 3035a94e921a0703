"""YAML becomes plain data without surprises, with the line and column of every part."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.authoring.problem import Spot
from app.authoring.yaml_reader import DEPTH_LIMIT, SIZE_LIMIT, read
from tests.checks.folders import RULE, TEXTS, marked


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("True", "True"),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("12:30:45", "12:30:45"),
        ("2026-11-01", "2026-11-01"),
        ("18,222", "18,222"),
        ("1.2.3", "1.2.3"),
        ("=", "="),
        ('"1"', "1"),
        ("'true'", "true"),
        ('""', ""),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-1", -1),
        ("+852", 852),
        ("1.0", 1.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("99999999999999999999", 99999999999999999999),
    ],
)
def test_values_follow_yaml_1_2(written: str, value: object) -> None:
    """A country code, a phone number, a time or a date never turns into something else."""
    data = read("f", f"key: {written}\n".encode()).data

    assert isinstance(data, dict)
    assert (type(data["key"]), data["key"]) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\nb: §.nan\n", "number"),
        ("a: 1\nb: §-.inf\n", "number"),
        ("a: §1e999\n", "number"),
        ("a: 1\nb: 2\n§a: 3\n", "duplicate-key"),
        ("x: {a: 1, §a: 1}\n", "duplicate-key"),
        ("a: §&name 1\n", "unsupported-yaml"),
        ("a: §*name\n", "unsupported-yaml"),
        ("a: §!!str 1\n", "unsupported-yaml"),
        ("a: §!secret x\n", "unsupported-yaml"),
        ("a:\n  §<<: {b: 1}\n", "unsupported-yaml"),
        ("a: 1\n§---\nb: 1\n", "unsupported-yaml"),
        ("§1: x\n", "key-type"),
        ("a: {§true: x}\n", "key-type"),
        ("a: {§~: x}\n", "key-type"),
        ("§[a, b]: x\n", "key-type"),
        ("a:\n§\tb: 1\n", "tab"),
        ("a:\n  §\tb: 1\n", "tab"),
        ("a: x§\u0007\n", "character"),
        ("a: x§\u2028y\n", "character"),
        ("a: x§\ufeffy\n", "character"),
        ("a: §@user\n", "syntax"),
        ("a: §`x`\n", "syntax"),
        ('a: §"never closed\n', "syntax"),
        ("a: §[1, 2\nb: 3\n", "syntax"),
        ("a: §{x: 1\n", "syntax"),
        ("a: b§: c\n", "syntax"),
        ("a: 'it'§s here'\n", "syntax"),
        ("a: {amount} §arrives\n", "syntax"),
        ("a: §- b\n", "syntax"),
        ("- a\n§b: 1\n", "syntax"),
        ("中文: 一二三\nb: §@x\n", "syntax"),
    ],
)
def test_faults_are_found_at_their_place(text: str, code: str) -> None:
    at = marked(text)

    problems = read("f", at.text.encode()).problems

    assert [(p.line, p.column, p.code) for p in problems[:1]] == [(at.line, at.column, code)]


def test_several_faults_are_found_at_once() -> None:
    problems = read("f", b"a: &x 1\nb: *x\na: 2\nc: .nan\n").problems

    assert [(p.line, p.code) for p in problems] == [
        (1, "unsupported-yaml"),
        (2, "unsupported-yaml"),
        (3, "duplicate-key"),
        (4, "number"),
    ]


def test_syntax_errors_are_in_plain_words() -> None:
    [problem] = read("f", b"title: Warning: stop\n").problems

    assert problem.message == "a colon stands where no new entry can begin"
    assert problem.hint is not None
    assert "quotes" in problem.hint


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('a:\n  title: §"Stop\n  body:\n    - "Call"\n', "close it where its own text ends"),
        (
            'a:\n   title: "x"\n    §body: y\n',
            "line 2 begins with 3 spaces, this one with 4: what belongs together begins alike",
        ),
        ('a:\n  "x"\n  §- "y"\n', "line 2 lacks its `- `"),
        ('  a: "x"\n  §- "y"\n', "line 1 has its text already: a list begins below the name, each item with `- `"),
        ('body:\n  - "x"\n  §"y"\n', "begin every paragraph with `- `, a hyphen and a space"),
        ("m:\n  body:\n    - x: y\n    §Call us.\n  b: 1\n", "begin every paragraph with `- `, a hyphen and a space"),
        ('a:\n  - "x"\n  §y\n', "begin every item with `- `, a hyphen and a space"),
        ('a:\n- "x"\n§y\n', "write `key: value`, with a space after the colon"),
        ("a: [Stop] §now\n", "a text that begins with a square bracket needs quotes around all of it"),
        ("a: {helpline} §helps\n", "a text that begins with a curly brace needs quotes around all of it"),
        ("a: §*Stop* now\n", 'put the text in double quotes: "..."'),
        ("a:\n  b: 1\n§\u00a0 c: 2\n  d: 3\n", "use ordinary spaces"),
        ("a:\n  b: 1\n §\u3000c: 2\n  d: 3\n", "use ordinary spaces"),
    ],
)
def test_where_the_syntax_is_wrong_the_cause_is_named_not_only_where_reading_ended(text: str, hint: str) -> None:
    at = marked(text)

    [problem] = read("f", at.text.encode()).problems

    assert (problem.line, problem.column, problem.code, problem.hint) == (at.line, at.column, "syntax", hint)


@pytest.mark.parametrize("value", ['"Stop"', '"先停"', "先停", "「先停」", "[a]"])
def test_a_value_right_behind_its_colon_is_told_at_its_own_line(value: str) -> None:
    [problem] = read("f", f"a:\n  title:{value}\n  body: y\n".encode()).problems

    assert (problem.line, problem.column, problem.hint) == (2, 9, "write `title: `, then a space")


def test_keys_and_values_know_their_places() -> None:
    document = read("f", b"a: 1\nlist:\n  - x: {y: 2}\n")

    assert document.place(("a",), Spot.KEY) == (1, 1)
    assert document.place(("a",)) == (1, 4)
    assert document.place(("list", 0, "x", "y"), Spot.KEY) == (3, 9)
    assert document.place(("list", 0, "x", "y")) == (3, 12)


def test_an_unknown_place_is_that_of_what_surrounds_it() -> None:
    document = read("f", b"a: 1\nlist:\n  - x: {y: 2}\n")

    assert document.place(("list", 0, "x", "missing", 3)) == (3, 8)
    assert document.place(("missing",), Spot.KEY) == (1, 1)


def test_columns_count_characters_not_bytes() -> None:
    assert read("f", "中文: {一: 二}".encode()).place(("中文", "一")) == (1, 9)


def test_a_byte_order_mark_is_no_fault_and_moves_no_column() -> None:
    document = read("f", b"\xef\xbb\xbfa: 1\n")

    assert document.problems == ()
    assert document.place(("a",)) == (1, 4)


@pytest.mark.parametrize("text", ["a: 1\r\nb: 2\r\n", "a: 1\nb: 2\n"])
def test_line_ends_of_windows_count_once(text: str) -> None:
    assert read("f", text.encode()).place(("b",)) == (2, 4)


def test_other_encodings_are_refused_where_they_begin() -> None:
    [problem] = read("f", b"a: 1\nb: caf\xe9\n").problems

    assert (problem.line, problem.column, problem.code) == (2, 7, "encoding")


def test_a_large_file_is_refused_unread() -> None:
    [problem] = read("f", b"a: " + b"x" * SIZE_LIMIT).problems

    assert problem.code == "too-large"


@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_deep_nesting_is_refused(bracket: str) -> None:
    problems = read("f", f"a: {bracket * 5000}".encode()).problems

    assert [p.code for p in problems] == ["too-deep"]


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT

    assert read("f", text.encode()).problems == ()


def test_an_alias_bomb_is_not_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )

    document = read("f", bomb.encode())

    assert {p.code for p in document.problems} == {"unsupported-yaml"}
    assert document.data is not None


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_nothing_and_no_fault_of_syntax(text: str) -> None:
    document = read("f", text.encode())

    assert (document.data, document.problems) == (None, ())


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_reading_never_raises(raw: bytes) -> None:
    read("f", raw)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([RULE, TEXTS]), st.integers(0, 400), st.integers(0, 8), st.text(max_size=4))
def test_reading_damaged_files_never_raises(text: str, at: int, dropped: int, added: str) -> None:
    damaged = text[:at] + added + text[at + dropped :]

    for problem in read("f", damaged.encode("utf-8", "replace")).problems:
        assert 1 <= problem.line <= damaged.count("\n") + damaged.count("\r") + 2
        assert problem.column >= 1
