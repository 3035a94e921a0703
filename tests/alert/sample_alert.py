"""An alert as the service answers it, with whatever a test needs changed."""

from typing import Any

ACTIONS = [
    {"kind": "cancel", "label": "Cancel withdrawal"},
    {"kind": "review", "label": "Check on Scameter", "url": "https://police.example/check"},
    {"kind": "call", "label": "Call for advice", "phone": "18222"},
    {"kind": "report", "label": "Report to the police", "url": "https://police.example/report"},
    {"kind": "proceed", "label": "Continue to withdraw"},
]


def an_alert(mode: str = "interstitial", seconds: int = 0, acknowledge: str = "none", **changes: Any) -> dict[str, Any]:
    return {
        "rule_id": "hk/investment",
        "region": "HK",
        "typology": "investment",
        "severity": "high",
        "variant": None,
        "language": "en",
        "direction": "ltr",
        "text_status": "sample",
        "source": None,
        "title": "Pause before you send",
        "body": ["You are about to send 12500.00 USDT.", "Talk to somebody you trust."],
        "questions": ["Who gave you this address?"],
        "actions": ACTIONS,
        "presentation": {"mode": mode, "min_display_seconds": seconds, "acknowledge": acknowledge},
        **changes,
    }
