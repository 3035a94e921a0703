"""What `forewarn check` costs: a seeded tree of 1,000 rules in 20 regions, and 1,000 rules in one.

    .venv/bin/python -m benchmarks.check

The texts are the shipped ones of regions with several languages, 15 messages in each. The rules are generated, with
nested conditions and two examples each. Figures are processor seconds, so a busy machine changes them little.
"""

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import yaml

from app.authoring.drafts import draft
from app.authoring.encode import encode
from app.authoring.source_files import read_sources
from app.bundle.decode import decode_all
from app.checks.never_shown import never_shown
from app.commands.rule_folders import Folders
from app.commands.rule_folders import checked as checked_by_command

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 20)
MESSAGES = 15

# Each region copies its texts and contacts from a shipped region with several languages; some are used twice.
COPIED = {"mo": "hk", "bn": "my", "la": "sg", "kh": "th", "mm": "vn"}
SHIPPED = ("ae", "ca", "hk", "id", "in", "jp", "kr", "kz", "my", "ph", "sg", "th", "tw", "us", "vn")

PURPOSES = (
    "investment", "trading_platform", "release_fee", "job_task", "friend_or_partner", "official_payment",
    "account_security", "recovery_fee", "loan_fee", "threat_or_blackmail", "emergency", "on_behalf_of_others",
)  # fmt: skip
SIGNALS = (
    "remote_access",
    "screen_sharing",
    "on_a_call",
    "new_device",
    "password_changed",
    "limit_raised",
    "hesitation",
)
TAGS = ("reported_scam", "fake_platform", "phishing", "mule", "mixer", "many_senders")
AMOUNTS = (50, 100, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 5000, 10000)

R = TypeVar("R")


def rule(number: int, chance: random.Random) -> dict[str, Any]:
    """A rule as authors write them: a purpose, an amount, a new address, and an `any` of several circumstances."""
    purposes = chance.sample(PURPOSES, 2)
    amount = chance.choice(AMOUNTS)
    days, share = chance.choice([7, 14, 30, 90]), chance.choice([0.5, 0.8, 0.9])
    when: dict[str, Any] = {
        "declared_purpose": purposes,
        "amount_usd": {"gte": amount},
        "asset": chance.sample(["USDT", "USDC", "BTC", "ETH"], 2),
        "any": [
            {"account.age_days": {"lt": days}, "destination.first_use": True},
            {"session.signals": {"any": chance.sample(SIGNALS, 2)}},
            {"all": [{"share_of_balance": {"gte": share}}, {"any": [
                {"destination.tags": {"any": chance.sample(TAGS, 2)}},
                {"account.first_withdrawal": True},
            ]}]},
        ],
    }  # fmt: skip
    match = {
        "declared_purpose": purposes[0],
        "amount_usd": amount,
        "asset": when["asset"][0],
        "share_of_balance": 1,
        "account.first_withdrawal": True,
    }
    return {
        "typology": "investment",
        "severity": chance.choice(["caution", "high", "critical"]),
        "rationale": "Made for a measurement; the circumstances are those that reports of scams have in common.",
        "message": f"m{number % MESSAGES}",
        "priority": chance.randint(0, 50),
        "when": when,
        "examples": [
            {"given": match, "expect": "match"},
            {"given": {**match, "amount_usd": amount - 1}, "expect": "no match"},
        ],
    }


def make_tree(root: Path, regions: dict[str, str], rules_each: int) -> None:
    """`regions` maps each folder to the shipped region that its contacts and texts come from."""
    chance = random.Random(4)  # noqa: S311  # the same tree every time
    rules, locales = root / "rules", root / "locales"
    for name in ("facts.yaml", "typologies.yaml"):
        _write(rules / name, (ROOT / "rules" / name).read_text(encoding="utf-8"))
    for folder, shipped in regions.items():
        _write(rules / folder / "region.yaml", (ROOT / "rules" / shipped / "region.yaml").read_text(encoding="utf-8"))
        for file in sorted((ROOT / "locales" / shipped).iterdir()):
            _write(locales / folder / file.name, _texts(file))
        for number in range(rules_each):
            written = yaml.safe_dump(rule(number, chance), sort_keys=False, allow_unicode=True, width=120)
            _write(rules / folder / f"rule-{number:04}.yaml", written)


def _texts(file: Path) -> str:
    texts = yaml.safe_load(file.read_text(encoding="utf-8"))
    messages = list(texts["messages"].values())
    texts["messages"] = {f"m{number}": messages[number % len(messages)] for number in range(MESSAGES)}
    return yaml.dump(texts, Dumper=_WithoutAliases, sort_keys=False, allow_unicode=True, width=120)


class _WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def timed(what: str, work: Callable[[], R]) -> R:
    began = time.process_time()
    result = work()
    print(f"  {what:<46}{time.process_time() - began:6.2f} s")
    return result


def measure(root: Path) -> None:
    rules, locales = root / "rules", root / "locales"
    sources = timed("list and read the files", lambda: read_sources(rules, locales))
    drafts = timed("YAML, forms, conditions", lambda: draft(sources))
    timed("which rules are never shown", lambda: list(never_shown(drafts, TODAY, {})))
    bundle = timed("write the bundle", lambda: encode(drafts))
    timed("read it back", lambda: decode_all(bundle))
    checked = timed("check: all of this, and every other check", lambda: checked_by_command(Folders(rules, locales)))
    assert checked.content is not None, checked.errors[:3]  # noqa: S101  # a benchmark checks what it times
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "app", "check", "--rules", str(rules), "--locales", str(locales)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  {'the command `forewarn check`':<46}{spent:6.2f} s")
    print(f"  {answer.stdout.strip().splitlines()[-1]}")


def main() -> None:
    twenty = {**dict(zip(SHIPPED, SHIPPED, strict=True)), **COPIED}
    for title, regions, rules_each in (("20 regions", twenty, 50), ("one region", {"hk": "hk"}, 1000)):
        with tempfile.TemporaryDirectory() as folder:
            make_tree(Path(folder), regions, rules_each)
            print(f"1,000 rules in {title}, processor time")
            measure(Path(folder))


if __name__ == "__main__":
    main()
