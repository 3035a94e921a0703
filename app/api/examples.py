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
