"""Finds texts that end at a `#`: without quotes, the rest of the line is a comment and users get half a sentence."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.authoring.document import Document
from app.authoring.extent import extents
from app.authoring.problem import Problem
from app.authoring.problem_codes import Code
from app.authoring.suggestions import quoted

_REMARK = re.compile(r"\S[ \t]+#")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SHOWN = {("messages",), ("defaults",)}


def truncated_texts(texts: Document) -> Iterator[Problem]:
    """Looks only at what users are shown, not at `language` or `status`."""
    if not _REMARK.search(texts.text):
        return
    lines, ends = _LINE_END.split(texts.text), extents(texts.text).scalars
    for where, begin in texts.values.items():
        end = ends.get(begin)
        if end is None or where[:1] not in _SHOWN or lines[begin[0] - 1][begin[1] - 1] in "\"'":
            continue
        behind = lines[end[0] - 1][end[1] - 1 :]
        comment = behind.lstrip()
        if comment.startswith("#"):
            place = end[0], end[1] + len(behind) - len(comment)
            message = f"{quoted(comment)} is left out: behind a space, `#` begins a comment"
            hint = 'put the whole text in double quotes: "..."; a comment goes on a line of its own'
            problem = Problem.at(texts.path, place, Code.CUT_OFF, message, hint)
            yield replace(problem, where=where, end=(end[0], len(lines[end[0] - 1]) + 1))
