"""A small and faultless pair of folders, and what `check` says once a test has changed some of its files."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.authoring.problem import Problem
from app.checks.checker import Checked, check
from app.domain.fact import FACTS

TODAY = date(2026, 11, 20)

# In a test's YAML, this stands before the character that a problem must point at.
MARK = "§"

_VALUES = {
    "asset": "{USDT: a token, BTC: Bitcoin}",
    "declared_purpose": "{investment: An investment, gift: A gift}",
    "session.signals": "{remote_access: Remote control, on_a_call: On a call}",
}
_RANGES = {
    "share_of_balance": "unit: part of one, ",
    "account.kyc_level": "unit: level, max: 3, ",
    "account.age_days": "unit: days, max: 10000, ",
}
FACTS_YAML = "facts:\n" + "".join(
    f"  {name}: {{type: {kind}, {_RANGES.get(name, '')}means: A fact., values: {_VALUES.get(name, '{}')}}}\n"
    for name, kind in FACTS.items()
)

REGION = """\
name: Hong Kong
partner: {name: Police, unit: Unit}
languages: [en, ar]
timezone: Asia/Hong_Kong
official_domains: [police.example]
contacts:
  helpline: {phone: "18222", does: advice, does_not: take reports, DATES, verified: true}
  lookup: {url: "https://police.example/lookup", does: look-up, DATES, verified: true}
  desk: {url: "https://police.example", does: takes reports, DATES, verified: true}
  secret: {phone: "999", does: help, DATES, verified: false}
actions: {review: lookup, call: helpline, report: desk}
""".replace("DATES", 'source: "https://police.example", verified_at: 2026-11-01, verify_by: 2027-05-01')

TEXTS = """\
language: en
status: sample
defaults: {actions: {cancel: Cancel, review: Check, call: "Call {helpline}", report: Report, proceed: Go on}}
messages:
  investment:
    title: Stop
    body:
      - "You are sending {amount} {asset}."
      - "Call {helpline} first."
    questions: ["Who told you to?"]
    variants:
      b: {title: Wait}
"""

RULE = """\
typology: investment
severity: high
rationale: New payees are the pattern.
message: investment
when:
  destination.first_use: true
  amount_usd: {gte: 1000}
examples:
  - given: {destination.first_use: true, amount_usd: 1000}
    expect: match
  - given: {destination.first_use: true, amount_usd: 999}
    expect: no match
"""

FILES: Mapping[str, str] = {
    "rules/facts.yaml": FACTS_YAML,
    "rules/typologies.yaml": "typologies:\n  investment: {name: Investment, description: A fake platform.}\n",
    "rules/hk/region.yaml": REGION,
    "rules/hk/first.yaml": RULE,
    "locales/hk/en.yaml": TEXTS,
    "locales/hk/ar.yaml": TEXTS.replace("language: en", "language: ar"),
}

RULE_PATH = "rules/hk/first.yaml"
REGION_PATH = "rules/hk/region.yaml"
TEXT_PATH = "locales/hk/en.yaml"


@dataclass(frozen=True)
class Marked:
    """A text without its mark, and the line and column at which the mark stood."""

    text: str
    line: int
    column: int


def marked(text: str) -> Marked:
    before, _, after = text.partition(MARK)
    return Marked(before + after, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def write(root: Path, changes: Mapping[str, str | bytes | None]) -> None:
    """The faultless files with some replaced, added or (None) left out."""
    for path, text in {**FILES, **changes}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(text if isinstance(text, bytes) else text.encode())


def checked(root: Path, changes: Mapping[str, str | bytes | None] | None = None, today: date = TODAY) -> Checked:
    """What `check` says, with paths relative to `root`."""
    write(root, changes or {})
    result = check(root / "rules", root / "locales", today)
    return replace(
        result,
        problems=tuple(_relative(problem, root) for problem in result.problems),
        accepted=tuple(replace(each, problem=_relative(each.problem, root)) for each in result.accepted),
    )


def _relative(problem: Problem, root: Path) -> Problem:
    return replace(problem, path=Path(problem.path).relative_to(root).as_posix())


def in_texts(old: str, new: str) -> dict[str, str | bytes | None]:
    """The same change in both languages; in Arabic without the mark."""
    english = TEXTS.replace(old, new)
    return {
        TEXT_PATH: english.replace(MARK, ""),
        "locales/hk/ar.yaml": english.replace("language: en", "language: ar").replace(MARK, ""),
    }
