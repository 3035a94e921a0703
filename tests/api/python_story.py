"""What an exchange does, in the classes that openapi-python-client made. Prints what it saw."""

# The package is made by the test that runs this.
# mypy: ignore-errors

import json
import sys

from forewarn_generated import AuthenticatedClient
from forewarn_generated.api.withdrawals import assess, record_outcome, record_outcomes
from forewarn_generated.models import AssessmentRequest, OutcomeBatch, OutcomeItem, OutcomeRequest

url, key, later = sys.argv[1:]
WITHDRAWAL = {"withdrawal_id": "wd_py", "user_id": "u-1", "region": "HK", "asset": "BTC", "languages": None}


def asked(to: str = url, bearer: str = key, **changes: str) -> object:
    client = AuthenticatedClient(base_url=to, token=bearer)
    return assess.sync(client=client, body=AssessmentRequest.from_dict(WITHDRAWAL | changes))


alerted = asked()
client = AuthenticatedClient(base_url=url, token=key)
item = OutcomeItem.from_dict({"assessment_id": alerted.assessment_id, "outcome": "cancelled"})
unknown = OutcomeItem.from_dict({"assessment_id": "as_unknown", "outcome": "reviewed"})
body = OutcomeRequest.from_dict(
    {"outcome": "shown", "ago_ms": 12, "visible_ms": 0, "scrolled": None, "ignored_inputs": 0}
)
one = record_outcome.sync(alerted.assessment_id, client=client, body=body)
listed = record_outcomes.sync(client=client, body=[item])
batch = record_outcomes.sync(client=client, body=OutcomeBatch(outcomes=[unknown]))
refused = asked(region="hk")

sys.stdout.write(
    json.dumps(
        {
            "title": alerted.alert.title,
            "source": alerted.alert.source,
            "variant": alerted.alert.variant,
            "kinds": [action.kind for action in alerted.alert.actions],
            "no_alert": asked(withdrawal_id="wd_py_2", asset="USDT").alert,
            "one": one.recorded,
            "list": [result.recorded for result in listed.results],
            "object": [[result.recorded, result.detail] for result in batch.results],
            "refused": [refused.status, [wrong.pointer for wrong in refused.errors]],
            "wrong_key": asked(bearer="wrong").status,
            "later": asked(to=later).alert.title,
        }
    )
)
