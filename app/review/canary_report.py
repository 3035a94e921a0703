"""The result of a canary run: as a comment on the merged pull request, and as text for a terminal."""

from app.checks.output.markdown import code, document, heading, plain, table
from app.domain.invisible import visible
from app.review.canary_run import CanaryRun, RuleResult

_SHORT_REVISION = 19  # characters: "sha256:" and twelve digits


def as_markdown(run: CanaryRun) -> str:
    revision = code(run.revision[:_SHORT_REVISION])
    if run.live_at is None:
        why = f"The service did not answer with revision {revision} within {run.waited:.0f} s."
        return document([heading(3, "Not live"), why])
    title = "Live" if run.passed else "Live, and not as published"
    since = f"The service answers with revision {revision} since {run.live_at:%Y-%m-%d %H:%M:%S} UTC."
    rows = [(code(each.rule_id), *map(plain, _cells(each))) for each in run.results]
    head = ("rule", "status", "language", "title", "detail")
    return document([heading(3, title), since, table(head, rows) if rows else "No rule or alert changed."])


def as_text(run: CanaryRun) -> str:
    revision = run.revision[:_SHORT_REVISION]
    if run.live_at is None:
        return f"Not live: no answer with revision {revision} within {run.waited:.0f} s"
    since = f"Live since {run.live_at:%Y-%m-%d %H:%M:%S} UTC: revision {revision}"
    lines = (f"{each.rule_id}  " + ": ".join(visible(cell) for cell in _cells(each) if cell) for each in run.results)
    return "\n".join([since, *lines])


def _cells(result: RuleResult) -> tuple[str, str, str, str]:
    return result.status, result.language or "", result.title or "", result.detail or ""
