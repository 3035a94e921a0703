"""No id, address or exact amount of a user is kept or echoed anywhere in clear text."""

from typing import Any

import pyarrow.dataset

from tests.deployment import Deployment, a_withdrawal
from tests.waiting import wait_until

USER, ADDRESS, WITHDRAWAL, AMOUNT = "user-Chan-Tai-Man", "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "wd-very-own", "98765.43"
MARKERS = (USER, ADDRESS, WITHDRAWAL, AMOUNT, "my-own-words", "85291234567")


def test_no_clear_text_anywhere(deployment: Deployment) -> None:
    """Looks in journal, stream, dataset, logs and error documents, after good and bad requests."""
    deployment._settings["FOREWARN_DATASET"] = str(deployment.state / "dataset")
    deployment._settings["FOREWARN_LOG_LEVEL"] = "debug"
    deployment.start()
    asked = a_withdrawal(
        WITHDRAWAL,
        user_id=USER,
        amount=AMOUNT,
        amount_usd=float(AMOUNT),
        declared_purpose="my-own-words",
        destination={"address": ADDRESS, "first_use": True, "tags": ["my-own-words"]},
        attributes={"told_what_to_answer": 85291234567, "phone": "85291234567"},
    )
    with deployment.client() as client:
        answer = client.post("/v1/assessments", json=asked).json()
        client.post(f"/v1/assessments/{answer['assessment_id']}/outcomes", json={"outcome": "cancelled"})
        errors = [
            client.post("/v1/assessments", json=asked | {"region": USER, "asset": "\u202e" + ADDRESS, "channel": 5}),
            client.post("/v1/assessments", content=b'{"user_id": "' + USER.encode()),
            client.post(f"/v1/assessments/{USER}/outcomes", json={"outcome": ADDRESS}),
            client.post("/v1/outcomes", json=[{"assessment_id": USER, "outcome": ADDRESS}]),
        ]
        journal = b"".join(path.read_bytes() for path in (deployment.state / "journal").iterdir())
    wait_until(lambda: len(deployment.events()) >= 2)
    with deployment.redis.client() as redis:
        stream: Any = redis.xrange("forewarn:events")
    archived = deployment.cli("archive", "--once")
    dataset = pyarrow.dataset.dataset(deployment.state / "dataset", format="parquet", partitioning="hive").to_table()

    assert dataset.num_rows == 2
    kept = {
        "journal": journal.decode(),
        "stream": repr(stream),
        "dataset": repr(dataset.to_pylist()),
        "log": deployment.log.read_text() + archived.stdout + archived.stderr,
        "errors": "".join(error.text for error in errors),
    }
    found = [(place, marker) for place, text in kept.items() for marker in MARKERS if marker in text]
    assert found == []
