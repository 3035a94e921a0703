"""An idiomatic FastAPI route that does nothing: a pydantic model in, another out."""

from fastapi import FastAPI

from benchmarks.peers.folder import ANSWER, handed
from benchmarks.peers.models import Answer, Withdrawal

_ANSWER = Answer.model_validate_json(handed(ANSWER))

app = FastAPI()


@app.post("/v1/assessments")
async def assess(withdrawal: Withdrawal) -> Answer:
    return _ANSWER
