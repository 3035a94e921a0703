"""Reads a YAML file into a document: plain data without surprises, and a problem for everything that it cannot take."""

import re
from dataclasses import replace
from typing import Any

import yaml

from app.authoring.document import LINE_END, Document
from app.authoring.keyboard_slips import conflict, joined_item, value_slip
from app.authoring.problem import START, Path, Place, Problem
from app.authoring.problem_codes import Code
from app.authoring.scalar import NotFinite, resolve
from app.authoring.suggestions import found, quoted
from app.authoring.yaml_errors import explain, slip_near

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 20

# All but the characters that YAML allows. U+0085, U+2028 and U+2029 end a line for the parser, but not for an editor.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TAB_INDENT = re.compile(r"^ *\t", re.MULTILINE)


class _Unreadable(Exception):
    """A fault after which the rest of the file cannot be understood."""

    def __init__(self, place: Place, code: Code, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.place = place
        self.code = code
        self.hint = hint


def read(path: str, raw: bytes) -> Document:
    """Reads a file's bytes. Never raises: every fault is in the document's problems."""
    text = ""
    try:
        text = _decode(raw)
        _refuse_characters(text)
        return _Reader(path, text).document()
    except _Unreadable as end:
        problem = Problem.at(path, end.place, end.code, str(end), end.hint)
        return Document(path, text, None, (problem,), {}, {})


def _decode(raw: bytes) -> str:
    if len(raw) > SIZE_LIMIT:
        raise _Unreadable(START, Code.TOO_LARGE, f"more than {SIZE_LIMIT:,} bytes", "split the file")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        raise _Unreadable(_place(before, len(before)), Code.ENCODING, "not UTF-8 text", "save it as UTF-8") from None


def _refuse_characters(text: str) -> None:
    if left := conflict(text):
        raise _Unreadable(_place(text, left[0]), Code.CONFLICT, left[1].words, left[1].hint)
    if match := _FORBIDDEN.search(text):
        message = f"the character U+{ord(match.group()):04X} cannot stand in a file"
        raise _Unreadable(_place(text, match.start()), Code.CHARACTER, message, "delete it")
    if match := _TAB_INDENT.search(text):
        raise _Unreadable(_place(text, match.end() - 1), Code.TAB, "a tab in the indentation", "use spaces")


def _place(text: str, offset: int) -> Place:
    lines = LINE_END.split(text[:offset])
    return len(lines), len(lines[-1]) + 1


class _Reader:
    """Builds plain data from the parser's untyped events; collects the faults that leave the rest readable."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._text = text
        self._events = yaml.CSafeLoader(text)
        self._problems: list[Problem] = []
        self._values: dict[Path, Place] = {}
        self._keys: dict[Path, Place] = {}

    def document(self) -> Document:
        try:
            data = self._whole()
        except yaml.YAMLError as error:
            if slipped := slip_near(error, self._text):
                at, slip = slipped
                raise _Unreadable(at, Code.KEYBOARD, slip.words, slip.hint) from None
            place, words, hint = explain(error, self._text)
            raise _Unreadable(place, Code.SYNTAX, words, hint) from None
        finally:
            self._events.dispose()
        return Document(self._path, self._text, data, tuple(self._problems), self._values, self._keys)

    def _whole(self) -> object:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        data = self._node(self._next(), ())
        self._next()
        following = self._next()
        if not isinstance(following, yaml.StreamEndEvent):
            at = _mark(following)
            raise _Unreadable(at, Code.UNSUPPORTED_YAML, "a second document begins here", "one file, one document")
        return data

    def _next(self) -> Any:
        return self._events.get_event()

    def _node(self, event: Any, path: Path, *, in_list: bool = False) -> object:
        self._values[path] = _mark(event)
        if isinstance(event, yaml.AliasEvent):
            hint = "write the value out; a text that begins with `*` needs quotes"
            self._refuse(event, f"the alias `*{event.anchor}`", hint)
            return None
        if event.anchor is not None:
            self._refuse(event, f"the anchor `&{event.anchor}`", "delete it; a text that begins with `&` needs quotes")
        if event.tag is not None:
            written = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"the tag {quoted(written)}", "delete it; a text that begins with `!` needs quotes")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, in_list=in_list)
        if len(path) >= DEPTH_LIMIT:
            raise _Unreadable(
                _mark(event), Code.TOO_DEEP, f"more than {DEPTH_LIMIT} levels of nesting", "make two rules of it"
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, in_brackets=bool(event.flow_style))
        return self._mapping(path)

    def _scalar(self, event: Any, *, in_list: bool) -> object:
        if not event.implicit[0]:
            return event.value
        slip = value_slip(event.value, in_list=in_list)
        if slip is not None:
            self._report(event, Code.KEYBOARD, slip.words, slip.hint)
        elif event.end_mark.line > event.start_mark.line:
            self._joined_items(event)
        try:
            return resolve(slip.meant if slip is not None and slip.meant else event.value)
        except NotFinite:
            message = f"{quoted(event.value)} is no number that can be compared"
            self._report(event, Code.NUMBER, message, "numbers lie between -1.7e308 and 1.7e308")
            return 0

    def _joined_items(self, event: Any) -> None:
        """Lines of an unquoted text that look like items of their own."""
        lines = LINE_END.split(self._text)
        for number in range(event.start_mark.line + 1, min(event.end_mark.line + 1, len(lines))):
            if slip := joined_item(lines[number]):
                words = f"{slip.words}, so it joins the text above"
                problem = Problem.at(self._path, (number + 1, slip.column), Code.KEYBOARD, words, slip.hint)
                self._problems.append(problem)

    def _list(self, path: Path, *, in_brackets: bool) -> list[object]:
        items: list[object] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            items.append(self._node(event, (*path, len(items)), in_list=in_brackets))
        return items

    def _mapping(self, path: Path) -> dict[str, object]:
        entries: dict[str, object] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path)
            inside = (*path, key)
            if key in entries:
                first = self._keys[inside][0]
                message = f"{quoted(key)} already stands in line {first}"
                self._report(event, Code.DUPLICATE_KEY, message, "keep one of them", inside)
            self._keys[inside] = _mark(event)
            entries[key] = self._node(self._next(), inside)
        return entries

    def _key(self, event: Any, path: Path) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            what = "an alias" if isinstance(event, yaml.AliasEvent) else "a list or mapping"
            raise _Unreadable(_mark(event), Code.KEY_TYPE, f"{what} cannot be a key", "put the text in quotes")
        name: str = event.value
        if name == "<<" and event.implicit[0]:
            self._refuse(event, "the merge key `<<`", "write the entries out")
            return name
        slip = value_slip(name, in_list=False) if event.implicit[0] else None
        if slip is not None and slip.meant:
            name = slip.meant
        key = self._node(event, (*path, name))
        if not isinstance(key, str):
            message = f"a key must be text, found {found(key)}"
            hint = f'put it in quotes: "{name}"; a number has a point, no comma: 0.{name}'
            self._report(event, Code.KEY_TYPE, message, hint if name.isdigit() else f'put it in quotes: "{name}"')
        return name

    def _refuse(self, event: Any, what: str, hint: str) -> None:
        self._report(event, Code.UNSUPPORTED_YAML, f"{what} is not supported", hint)

    def _report(self, event: Any, code: Code, message: str, hint: str | None = None, where: Path = ()) -> None:
        problem = Problem.at(self._path, _mark(event), code, message, hint)
        self._problems.append(replace(problem, where=where, end=_end_mark(event)))


def _mark(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end_mark(event: Any) -> Place | None:
    """The end of a value on one line."""
    on_one_line = event.end_mark.line == event.start_mark.line
    return (event.end_mark.line + 1, event.end_mark.column + 1) if on_one_line else None
