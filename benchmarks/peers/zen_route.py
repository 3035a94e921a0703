"""The same route with zen-engine: a decision table, compiled once, that collects all matches."""

import zen
from fastapi import FastAPI

from benchmarks.peers.folder import ANSWER, TABLE, handed
from benchmarks.peers.models import Answer, Withdrawal, shown

_ANSWER = Answer.model_validate_json(handed(ANSWER))
_DECISION = zen.ZenEngine().create_decision(zen.ZenDecisionContent(handed(TABLE).decode()))

app = FastAPI()


@app.post("/v1/assessments")
async def assess(withdrawal: Withdrawal) -> Answer:
    found: list[dict[str, str]] = _DECISION.evaluate(withdrawal.model_dump(exclude_none=True))["result"] or []
    return shown(_ANSWER, [row["rule"] for row in found])
