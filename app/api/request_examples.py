"""A real example of each call, for the OpenAPI document; the tests send them."""

ASSESSMENT = {
    "withdrawal_id": "wd_01J9",
    "user_id": "u-829393",
    "region": "HK",
    "languages": ["zh-HK", "en"],
    "asset": "USDT",
    "network": "TRON",
    "amount": "12500.00",
    "amount_usd": 12500.0,
    "share_of_balance": 0.95,
    "channel": "app",
    "declared_purpose": "investment",
    "destination": {
        "address": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE",
        "kind": "unknown",
        "first_use": True,
        "tags": [],
    },
    "account": {
        "age_days": 14,
        "age_band": "60+",
        "kyc_level": 2,
        "withdrawals_30d": 0,
        "first_withdrawal": True,
    },
    "session": {"signals": ["remote_access", "recent_fiat_deposit"]},
    "attributes": {"told_what_to_answer": False},
}

OUTCOME = {"outcome": "cancelled", "occurred_at": "2026-11-20T10:00:00Z"}

ASSESSMENT_ID = "as_k3V9dJH0m2yqk1b0n8f0e5Q7l4bI3aXc2"

RULE_ID = "hk/every-withdrawal"

OUTCOMES = [
    {
        "assessment_id": ASSESSMENT_ID,
        "outcome": "cancelled",
        "occurred_at": "2026-11-20T10:00:00Z",
    }
]

_SHOWN = "hk/investment-new-address"
_REVISION = "sha256:c374553b782234e27e756d79319681b5015d941bb51e90ce4fb1fdee01d3c23c"
_PRESENTATION = {"mode": "interstitial", "min_display_seconds": 10, "acknowledge": "checkbox"}

ANSWER = {
    "assessment_id": ASSESSMENT_ID,
    "revision": _REVISION,
    "stale": False,
    "matched": [_SHOWN, "hk/every-withdrawal"],
    "matched_count": 2,
    "alert": {
        "rule_id": _SHOWN,
        "region": "HK",
        "typology": "investment",
        "severity": "high",
        "variant": None,
        "language": "en",
        "direction": "ltr",
        "text_status": "sample",
        "source": None,
        "title": "Pause: whoever taught you to invest may be a scammer",
        "body": ["You are about to send 12500.00 USDT to an address you have never used before: TQn9Y2…KcbLSE."],
        "questions": ["Have you met the person who showed you this platform?"],
        "actions": [
            {"kind": "cancel", "label": "Cancel withdrawal"},
            {"kind": "review", "label": "Check on Scameter", "url": "https://cyberdefender.hk"},
            {"kind": "call", "label": "Call 18222 for advice", "phone": "18222"},
            {"kind": "report", "label": "Report to the police", "url": "https://www.police.gov.hk"},
            {"kind": "proceed", "label": "Continue to withdraw"},
        ],
        "presentation": _PRESENTATION,
    },
}

RECORDED = {"recorded": True}

RESULTS = {"results": [{"recorded": True}, {"recorded": False, "detail": "/assessment_id was not issued by us"}]}

_RULE = {
    "id": _SHOWN,
    "region": "HK",
    "typology": "investment",
    "severity": "high",
    "priority": 10,
    "enabled": True,
    "active": {"from": None, "until": None},
    "rationale": "New payees and large first transfers are the pattern in reported cases.",
    "when": {"destination.first_use": True, "amount_usd": {"gte": 1000}},
    "presentation": _PRESENTATION,
    "message": "investment",
    "partner": {"name": "Hong Kong Police Force", "unit": "Anti-Deception Coordination Centre"},
    "texts": {
        "en": {
            "status": "sample",
            "direction": "ltr",
            "variants": {
                "a": {
                    "title": "Pause: whoever taught you to invest may be a scammer",
                    "body": ["You are about to send {amount} {asset} to an address you have never used before."],
                    "questions": [],
                    "labels": {"cancel": "Cancel withdrawal", "proceed": "Continue to withdraw"},
                }
            },
        }
    },
}

RULE = {"revision": _REVISION, "rule": _RULE}

RULES = {"revision": _REVISION, "rules": [_RULE], "next_cursor": None}

EXPLANATION = {
    "revision": _REVISION,
    "region": "HK",
    "today": "2026-11-20",
    "shown": _SHOWN,
    "matched_count": 1,
    "rule_count": 1,
    "truncated": False,
    "rules": [
        {
            "rule_id": _SHOWN,
            "severity": "high",
            "priority": 10,
            "matched": True,
            "reasons": [],
            "when": {
                "all": [
                    {"fact": "destination.first_use", "condition": True, "seen": True, "met": True},
                    {"fact": "amount_usd", "condition": {"gte": 1000}, "seen": 12500.0, "met": True},
                ],
                "met": True,
            },
        }
    ],
}
