"""The reports API: takes a question in the query string, answers in JSON, CSV or Parquet."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response

from app.api import problem_document
from app.api.reply import JSON, Reply
from app.console import report_tables
from app.console.filter_values import noted
from app.console.principal import Authenticator, NotAllowed, Principal
from app.console.query_pool import Answered, Busy, QueryPool, TooSlow
from app.console.selection import partner_of
from app.dataset.recorded_events import DatasetUnreadable, RecordedEvents
from app.reports import answer_export
from app.reports.alert_tables import TooMuchError
from app.reports.answer import Answer
from app.reports.event_connection import Events
from app.reports.question import Mistake, Question, QuestionError, question
from app.reports.question_options import Dimension, ExposedBy, Maturity, Unit
from app.reports.reconsideration import answer
from app.service.api_keys import REPORTS

RECONSIDERATION = "reconsideration"
FORMATS = ("json", "csv", "parquet")

# The longest address that the dashboard makes has 600 characters.
QUERY_LIMIT = 4_000

_CSV = b"text/csv; charset=utf-8"
_PARQUET = b"application/vnd.apache.parquet"

_SUMMARIES = {
    RECONSIDERATION: "The reconsideration rate with its interval and every other figure",
    "volume": "All withdrawals, those with an alert, and those whose alert was shown",
    "money-not-sent": "US dollars of sustained reconsiderations; approximate",
    "confirmed-scams": "Share confirmed as a scam, by rule",
    "data-quality": "How complete the record is",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for a report."""

    question: Question
    partner: str | None
    form: str


def asked_in(request: Request, principal: Principal, now: datetime) -> Asked:
    """Raises QuestionError with every mistake."""
    pairs = request.query_params.multi_items()
    forms = [value for name, value in pairs if name == "format"] or ["json"]
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        if name != "format":
            by_name.setdefault(name, []).append(value)
    mistakes = []
    if len(forms) > 1 or forms[0] not in FORMATS:
        mistakes.append(Mistake(field="format", value="", expected=f"one of {', '.join(FORMATS)}"))
    try:
        built = question(by_name, now)
        partner = partner_of(principal, built)
    except QuestionError as error:
        raise QuestionError([*mistakes, *error.mistakes]) from None
    if mistakes:
        raise QuestionError(mistakes)
    return Asked(built, partner, forms[0])


def key_of(asked: Question, partner: str | None) -> str:
    """Equal for questions that have the same answer at the same moment."""
    return f"{partner} {asked.model_dump_json(exclude={'now'})}"


def work_of(asked: Question, partner: str | None) -> Callable[[Events, RecordedEvents], Answer]:
    """Sets `now` to the moment of the data, so that what is pending fits what is counted."""

    def work(events: Events, data: RecordedEvents) -> Answer:
        found = answer(events, asked.model_copy(update={"now": data.as_of}), partner)
        return noted(found, events, asked, partner)

    return work


def refusal(error: Exception) -> Reply:
    """The problem document for what `asked_in`, `QueryPool.get` and `Authenticator.principal` raise."""
    wrong: list[tuple[str, str]] = []
    if isinstance(error, QuestionError):
        wrong = [(mistake.field[:64], f"expected {mistake.expected}") for mistake in error.mistakes]
    if isinstance(error, TooMuchError):
        wrong = [("group_by", str(error))]
    if wrong:
        named = [problem_document.FieldError(f"query parameter {field}", says) for field, says in wrong]
        return problem_document.invalid(named)
    if isinstance(error, NotAllowed):
        return problem_document.forbidden(REPORTS)
    waits = ((b"retry-after", b"5"),)
    return problem_document.problem(503, f"{str(error)[:1].upper()}{str(error)[1:]}.", headers=waits)


REFUSED = (QuestionError, TooMuchError, NotAllowed, TooSlow, Busy, DatasetUnreadable)


def add_reports(app: FastAPI, authenticator: Authenticator, queries: QueryPool) -> None:
    for name, summary in _SUMMARIES.items():
        app.add_api_route(
            f"/v1/reports/{name}",
            _route(name, authenticator, queries),
            methods=["GET"],
            operation_id=f"report_{name.replace('-', '_')}",
            summary=summary,
            tags=["reports"],
            openapi_extra=_DOCUMENT,
        )


def _route(name: str, authenticator: Authenticator, queries: QueryPool) -> Callable[[Request], Any]:
    async def report(request: Request) -> Response:
        return response(await _reply(name, request, authenticator, queries))

    return report


def response(reply: Reply) -> Response:
    headers = {name.decode(): value.decode() for name, value in reply.headers}
    return Response(reply.body, reply.status, headers, reply.content_type.decode())


async def _reply(name: str, request: Request, authenticator: Authenticator, queries: QueryPool) -> Reply:
    try:
        principal = authenticator.principal(request)
        if principal is None:
            return problem_document.unauthorized()
        if len(request.url.query) > QUERY_LIMIT:
            return problem_document.problem(414, f"The query string is longer than {QUERY_LIMIT} characters.")
        asked = asked_in(request, principal, datetime.now(UTC))
        work = work_of(asked.question, asked.partner)
        done = await _unless_gone(request, queries.get(key_of(asked.question, asked.partner), work, principal.name))
    except REFUSED as error:
        return refusal(error)
    return _written(name, asked, done)


async def _unless_gone(request: Request, asking: Coroutine[Any, Any, Answered[Answer]]) -> Answered[Answer]:
    """Cancels the query when the client closes the connection. Raises TooSlow then, which nobody reads."""
    asked = asyncio.ensure_future(asking)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait([asked, gone], return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            raise TooSlow("the client has left")
        return asked.result()
    finally:
        gone.cancel()
        asked.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _written(name: str, asked: Asked, done: Answered[Answer]) -> Reply:
    found = done.value
    if asked.form == "json":
        whole = answer_export.as_dict(found)
        if name != RECONSIDERATION:
            whole = {key: whole[key] for key in ("question", "notes")} | {"rows": report_tables.REPORTS[name](found)}
        return Reply(200, orjson.dumps(whole | {"data": data_of(done.data)}), JSON)
    file = f"forewarn-{name}{''.join(f'-{part}' for part in asked.question.group_by)}.{asked.form}"
    headers = ((b"content-disposition", f'attachment; filename="{file}"'.encode()),)
    main = name == RECONSIDERATION
    rows = answer_export.rows(found) if main else report_tables.REPORTS[name](found)
    if asked.form == "csv":
        return Reply(200, answer_export.rows_as_csv(rows).encode(), _CSV, headers)
    body = answer_export.as_parquet(found) if main else report_tables.as_parquet(rows, found.notes)
    return Reply(200, body, _PARQUET, headers)


def data_of(data: RecordedEvents) -> Mapping[str, Any]:
    """What an answer was computed from. Without the number of events, which would tell a partner of other regions."""
    return {
        "as_of": _time(data.as_of),
        "archived_to": _time(data.archived_to),
        "live": data.live_error is None,
        "complete": data.complete and data.live_error is None,
        "gaps": [{"kind": gap.kind, "found_at": _time(gap.found_at), "entries": gap.entries} for gap in data.gaps],
    }


def _time(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parameter(name: str, says: str, values: Sequence[str] = (), default: str | None = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if values:
        schema["enum"] = list(values)
    if default is not None:
        schema["default"] = default
    return {"name": name, "in": "query", "required": False, "description": says, "schema": schema}


_FILTER = (
    "Only alerts with one of these comma-separated values; an empty value selects alerts without one. `notes` names "
    "values that no alert of the period has."
)

_SYNTAX = {Dimension.REGION: " Two letters, in either case.", Dimension.WEEK: " A week is named by its Monday."}

_DOCUMENT: dict[str, Any] = {
    "security": [{"key": []}],
    "parameters": [
        _parameter("since", "Start: a date, or a time with its offset. Default: four weeks before `until`."),
        _parameter(
            "until",
            "End, exclusive. Default: the latest midnight (UTC) before which every alert has matured; with `since` or "
            "`maturity=all`, the end of today.",
        ),
        _parameter("window", "How long after the alert an outcome counts: 1h to 30d.", default="24h"),
        _parameter("group_by", f"One or more of {', '.join(Dimension)}, separated by commas."),
        _parameter("exposed_by", "Which alerts count as exposures.", list(ExposedBy), ExposedBy.ANSWERED),
        _parameter("unit", "What is counted.", list(Unit), Unit.USER),
        _parameter(
            "maturity", "`all` also counts alerts whose window has not passed.", list(Maturity), Maturity.MATURED
        ),
        _parameter("format", "Format of the answer.", FORMATS, "json"),
        *(_parameter(name, f"{_FILTER}{_SYNTAX.get(name, '')}") for name in Dimension),
    ],
    "responses": {
        str(status): {
            "description": problem_document.TITLES[status],
            "content": {"application/problem+json": {"schema": {"type": "object"}}},
        }
        for status in (401, 403, 414, 422, 503)
    },
}
