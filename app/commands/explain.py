"""`forewarn explain`: which rules match a withdrawal and why the others do not, for people and as JSON."""

import time
from collections.abc import Callable
from typing import Any, cast

import click
import orjson

from app.api.handlers import assessment_adapter
from app.api.reply import Reply
from app.api.request_body import read
from app.bundle.revision import revision_of
from app.checks.output.text_output import report
from app.commands import rule_folders
from app.commands.colours import paint
from app.domain.errors import ForewarnError
from app.service.catalogue import explanation
from app.service.rulebook import Rulebook, compile_now

Say = Callable[[str], None]

_EVERY_RULE = 1_000_000


def rulebook(folders: rule_folders.Folders, say: Say) -> Rulebook:
    """The local files, compiled. Raises ForewarnError after saying every error."""
    found = rule_folders.checked(folders)
    if found.bundle is None or found.content is None:
        say(report(found, paint))
        raise ForewarnError("The rules have errors; `forewarn check` lists them")
    return compile_now(revision_of(found.bundle), found.content)


def explain(body: bytes, folders: rule_folders.Folders, rule_id: str | None, *, as_json: bool, say: Say) -> None:
    """Raises ForewarnError where the withdrawal or the rules cannot be read, or no such rule is asked."""
    withdrawal = read(assessment_adapter(), body)
    if isinstance(withdrawal, Reply):
        raise ForewarnError(_refusal(withdrawal))
    book = rulebook(folders, say)
    working = explanation(book, withdrawal, time.time(), rule_id, _EVERY_RULE)
    explained = _finish(working)
    if rule_id is not None and not explained["rules"]:
        raise ForewarnError(f"No rule {rule_id!r} is asked about a withdrawal of region {withdrawal['region']}")
    if as_json:
        say(orjson.dumps(explained, option=orjson.OPT_INDENT_2).decode())
        return
    shown = f"{explained['shown']} is shown" if explained["shown"] else "no alert"
    counts = f"{explained['matched_count']} of {explained['rule_count']} rules match"
    say(f"{explained['region']} on {explained['today']}: {counts}; {shown}")
    for rule in cast("list[dict[str, Any]]", explained["rules"]):
        reasons = "" if rule["matched"] else "  " + ", ".join(rule["reasons"])
        say(f"\n{_mark(met=rule['matched'])} {click.style(rule['rule_id'], bold=True)}  {rule['severity']}{reasons}")
        _clause(rule["when"], 1, say)


def _finish(working: Any) -> dict[str, object]:
    while True:
        try:
            next(working)
        except StopIteration as done:
            return cast("dict[str, object]", done.value)


def _mark(*, met: bool) -> str:
    return click.style("✓", fg="green") if met else click.style("✗", fg="red")


def _clause(clause: dict[str, Any], depth: int, say: Say) -> None:
    indent = "  " * depth
    if "fact" in clause:
        seen = "not given" if clause["seen"] is None else f"saw {_short(clause['seen'])}"
        say(f"{indent}{_mark(met=clause['met'])} {clause['fact']}: {_short(clause['condition'])}  ({seen})")
        return
    name = "all" if "all" in clause else "any"
    if depth > 1 or name == "any":
        say(f"{indent}{_mark(met=clause['met'])} {name} of:")
        depth += 1
    for part in clause[name]:
        _clause(part, depth, say)


def _short(value: object) -> str:
    return orjson.dumps(value).decode()


def _refusal(reply: Reply) -> str:
    problem = orjson.loads(reply.body)
    errors = "; ".join(f"{error['pointer'] or 'the body'} {error['detail']}" for error in problem.get("errors", []))
    return f"The withdrawal: {errors or problem['detail']}"
