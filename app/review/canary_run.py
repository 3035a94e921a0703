"""One made-up withdrawal a changed rule, asked of the running service: is the new text what users get?"""

import http.client
import secrets
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.domain.errors import ForewarnError
from app.domain.fact import Context
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.preview import alert_cards
from app.preview.sample_withdrawal import body_of, context_for
from app.review.changed_alerts import matches
from app.review.github_escaping import code, plain
from app.review.snapshot import Snapshot
from app.review.visible_text import visible
from app.service.rulebook import Rulebook

# Between two questions, in seconds: a worker takes a new bundle within one.
PAUSE = 0.5
ANSWER_WITHIN = 10.0

_SHORT = 19

# Antarctica: a withdrawal of a region that has no rules of its own gets the global ones.
_NOWHERE = ("AQ", "BV", "HM", "TF")

Ask = Callable[[Mapping[str, Any]], dict[str, Any] | None]


class NotAnswered(ForewarnError):
    """The service cannot be asked."""


class Seen(StrEnum):
    LIVE = "live"
    BEHIND = "live, and another rule is shown first"
    WAITING = "not in force yet"
    OFF = "off"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one rule. `detail` says what was expected where it is wrong."""

    rule_id: str
    seen: Seen
    language: str | None = None
    title: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Canary:
    """`live_at` is when the service first answered with the revision; None where it never did."""

    revision: str
    live_at: datetime | None
    waited: float
    findings: tuple[Finding, ...]

    @property
    def sings(self) -> bool:
        return self.live_at is not None and all(finding.seen is not Seen.WRONG for finding in self.findings)


@dataclass(slots=True)
class Service:
    """A running service. Raises NotAnswered for what will not change by asking again."""

    url: str
    key: str

    def __call__(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """The answer; None where it is not ready or cannot be reached now."""
        try:
            status, content = self._post("/v1/assessments", orjson.dumps(request))
        except (OSError, http.client.HTTPException):
            return None
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            raise NotAnswered(f"{self.url} refused the key ({status}): expected one made with --scope assess --test")
        if status >= http.client.INTERNAL_SERVER_ERROR or status == http.client.TOO_MANY_REQUESTS:
            return None
        if status != http.client.OK:
            raise NotAnswered(f"{self.url} answered {status} to an assessment: {_detail(content)}")
        try:
            answer = orjson.loads(content)
        except ValueError:
            raise NotAnswered(f"{self.url} is no Forewarn service: it does not answer in JSON") from None
        return answer if isinstance(answer, dict) else None

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        connection = _connection(parts.scheme, parts.hostname or "", parts.port)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request("POST", parts.path.rstrip("/") + path, body, headers)
            with connection.getresponse() as response:
                return response.status, response.read()
        finally:
            connection.close()


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "http":
        return http.client.HTTPConnection(host, port, timeout=ANSWER_WITHIN)
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=ANSWER_WITHIN, context=context)
    raise NotAnswered("--url: expected a service such as https://forewarn.example or http://127.0.0.1:8000")


def _detail(content: bytes) -> str:
    try:
        problem = orjson.loads(content)
        return "; ".join(f"{error['pointer']} {error['detail']}" for error in problem.get("errors", [])) or str(
            problem["detail"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return "no problem document"


@dataclass(frozen=True, slots=True)
class _Question:
    """A withdrawal to ask about, and the rule for whose sake; `rule` is None where it is no longer there."""

    rule_id: str
    rule: Rule | None
    context: Context
    body: Mapping[str, Any]


def sing(
    after: Snapshot, book: Rulebook, songs: Sequence[tuple[str, str | None]], ask: Ask, *, today: date, within: float
) -> Canary:
    """Asks for each rule and language until the service answers with the revision of `book`, `within` seconds at most.

    Without a language it is the region's first. Without rules, one question tells whether the revision is in force.
    """
    started = time.monotonic()
    live_at = None
    findings: list[Finding] = []
    for rule_id, language in songs or [("", None)]:
        question = _question(after, book, rule_id, language, today)
        answer = _answer(ask, question.body, book.revision, started + within)
        if answer is None:
            return Canary(book.revision, None, time.monotonic() - started, tuple(findings))
        live_at = live_at or datetime.now(UTC)
        if rule_id:
            findings.append(_finding(question, book, answer, today))
    return Canary(book.revision, live_at, time.monotonic() - started, tuple(findings))


def _answer(ask: Ask, body: Mapping[str, Any], revision: str, until: float) -> dict[str, Any] | None:
    """The first answer with this revision; None where there was none in time. Each try is a withdrawal of its own."""
    while True:
        answer = ask({**body, "withdrawal_id": f"canary-{secrets.token_hex(8)}", "user_id": "canary"})
        if answer is not None and answer.get("revision") == revision:
            return answer
        if time.monotonic() >= until:
            return None
        time.sleep(PAUSE)


def _question(after: Snapshot, book: Rulebook, rule_id: str, language: str | None, today: date) -> _Question:
    """The first of the rule's own examples for which it is shown, else the first that it matches."""
    nowhere = next(code for code in _NOWHERE if code not in book.places)
    rule = book.by_id.get(rule_id)
    if rule is None:
        code = rule_id.partition("/")[0].upper()
        region = code if code in book.places else nowhere
        return _Question(rule_id, None, {}, body_of({}, region=region, languages=["en"]))
    region = rule.region.upper() if rule.region != GLOBAL else nowhere
    contexts = [context_for(rule.when, match) for match in _matches(after, rule)] or [context_for(rule.when)]
    rules = book.place(region).rules
    context = next((each for each in contexts if rule in rules.match(each, today).first[:1]), contexts[0])
    spoken = language or book.owner(rule).region.languages[0]
    return _Question(rule_id, rule, context, body_of(context, region=region, languages=[spoken]))


def _matches(after: Snapshot, rule: Rule) -> list[Context]:
    form = after.form(rule.id)
    return list(matches(form, rule)) if form is not None else []


def _finding(question: _Question, book: Rulebook, answer: Mapping[str, Any], today: date) -> Finding:
    rule_id, rule = question.rule_id, question.rule
    if rule is None:
        gone = rule_id not in answer["matched"]
        return Finding(rule_id, Seen.OFF if gone else Seen.WRONG, detail="removed" if gone else "removed, but matches")
    if not rule.applies_on(today):
        return _off(rule, answer, today)
    expected = [match.id for match in book.place(question.body["region"]).rules.match(question.context, today).first]
    if rule_id not in expected:
        return Finding(rule_id, Seen.OFF, detail="its region's other rules answer its examples; nothing to ask")
    if rule_id not in answer["matched"]:
        return Finding(rule_id, Seen.WRONG, detail=f"the service named {', '.join(answer['matched']) or 'no rule'}")
    return _shown(question, rule, book, expected[0], answer["alert"])


def _shown(question: _Question, rule: Rule, book: Rulebook, first: str, alert: Mapping[str, Any]) -> Finding:
    """Whether the alert is, word for word, the one that was published."""
    if alert["rule_id"] != rule.id:
        seen = Seen.BEHIND if alert["rule_id"] == first else Seen.WRONG
        return Finding(rule.id, seen, detail=f"{alert['rule_id']} is shown; expected {first}")
    published = alert_cards.alert_of(book, rule, alert["language"], alert["variant"], question.body)
    differs = [name for name in published if published[name] != alert.get(name)]
    if differs:
        return Finding(
            rule.id, Seen.WRONG, alert["language"], alert["title"], f"not as published: {', '.join(differs)}"
        )
    return Finding(rule.id, Seen.LIVE, alert["language"], alert["title"])


def _off(rule: Rule, answer: Mapping[str, Any], today: date) -> Finding:
    if rule.id in answer["matched"]:
        return Finding(rule.id, Seen.WRONG, detail="is off or not in force today, and matches")
    if rule.enabled and rule.active_from is not None and rule.active_from > today:
        return Finding(rule.id, Seen.WAITING, detail=f"begins on {rule.active_from}")
    return Finding(rule.id, Seen.OFF, detail="switched off, or its last day has passed")


def as_markdown(canary: Canary) -> str:
    """What a comment on the merged pull request says."""
    revision = code(canary.revision[:_SHORT])
    if canary.live_at is None:
        return f"### Not live\n\nThe service did not answer with revision {revision} within {canary.waited:.0f} s.\n"
    said = f"The service answers with revision {revision} since {canary.live_at:%Y-%m-%d %H:%M:%S} UTC."
    heading = "### Live" if canary.sings else "### Live, and not as published"
    rows = [f"| {' | '.join((code(each.rule_id), *map(plain, _told(each))))} |" for each in canary.findings]
    table = (
        ["| rule | is | language | title | |", "|---|---|---|---|---|", *rows]
        if rows
        else ["No rule or alert changed."]
    )
    return "\n".join([heading, "", said, "", *table, ""])


def as_text(canary: Canary) -> str:
    revision = canary.revision[:_SHORT]
    if canary.live_at is None:
        return f"Not live: no answer with revision {revision} within {canary.waited:.0f} s"
    said = f"Live since {canary.live_at:%Y-%m-%d %H:%M:%S} UTC: revision {revision}"
    lines = (f"{each.rule_id}  " + ": ".join(visible(part) for part in _told(each) if part) for each in canary.findings)
    return "\n".join([said, *lines])


def _told(finding: Finding) -> tuple[str, str, str, str]:
    return finding.seen, finding.language or "", finding.title or "", finding.detail or ""
