"""`forewarn explain`: which rules match a withdrawal and why the others do not, for people and as JSON."""

import time
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from app.api.reply import Reply
from app.api.request_body import read
from app.api.request_models import ASSESSMENT
from app.commands import rule_folders
from app.commands.options import folder_options
from app.domain.cooperative import finish
from app.domain.errors import ForewarnError
from app.service.match_explanation import explanation

_EVERY_RULE = 1_000_000


@click.command()
@click.argument("withdrawal", type=click.File("rb"))
@click.option("--rule", "rule_id", help="Explain only this rule, such as hk/every-withdrawal.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
@folder_options
def explain(
    withdrawal: BinaryIO, rule_id: str | None, rules: Path | None, locales: Path | None, *, as_json: bool
) -> None:
    """Explain why each rule matches a WITHDRAWAL or not.

    WITHDRAWAL is a file with the JSON body of an assessment, or - for standard input. Uses the local files, needs no
    Redis, records nothing.
    """
    body = read(ASSESSMENT, withdrawal.read())
    if isinstance(body, Reply):
        raise ForewarnError(_refusal(body))
    book = rule_folders.rulebook(rule_folders.find(rules, locales), click.echo)
    explained = finish(explanation(book, body, time.time(), rule_id, _EVERY_RULE))
    if rule_id is not None and not explained["rules"]:
        raise ForewarnError(f"No rule {rule_id!r} applies to withdrawals of region {body['region']}")
    if as_json:
        click.echo(orjson.dumps(explained, option=orjson.OPT_INDENT_2).decode())
    else:
        _print(explained)


def _print(explained: dict[str, Any]) -> None:
    shown = f"{explained['shown']} is shown" if explained["shown"] else "no alert"
    counts = f"{explained['matched_count']} of {explained['rule_count']} rules match"
    click.echo(f"{explained['region']} on {explained['today']}: {counts}; {shown}")
    for rule in explained["rules"]:
        reasons = "" if rule["matched"] else "  " + ", ".join(rule["reasons"])
        click.echo(
            f"\n{_mark(met=rule['matched'])} {click.style(rule['rule_id'], bold=True)}  {rule['severity']}{reasons}"
        )
        _print_clause(rule["when"], 1)


def _mark(*, met: bool) -> str:
    return click.style("✓", fg="green") if met else click.style("✗", fg="red")


def _print_clause(clause: dict[str, Any], depth: int) -> None:
    indent = "  " * depth
    if "fact" in clause:
        seen = "not given" if clause["seen"] is None else f"saw {_short(clause['seen'])}"
        click.echo(f"{indent}{_mark(met=clause['met'])} {clause['fact']}: {_short(clause['condition'])}  ({seen})")
        return
    name = "all" if "all" in clause else "any"
    if depth > 1 or name == "any":
        click.echo(f"{indent}{_mark(met=clause['met'])} {name} of:")
        depth += 1
    for part in clause[name]:
        _print_clause(part, depth)


def _short(value: object) -> str:
    return orjson.dumps(value).decode()


def _refusal(reply: Reply) -> str:
    problem = orjson.loads(reply.body)
    errors = "; ".join(f"{error['pointer'] or 'the body'} {error['detail']}" for error in problem.get("errors", []))
    return f"The withdrawal: {errors or problem['detail']}"
