"""A rule that is shown today and begins anew later: the review says what users get until then."""

from datetime import date
from pathlib import Path

from app.review.callout_kinds import CalloutKind
from app.review.review_comment import as_markdown
from app.review.review_text import as_text
from tests.checks.folders import FILES, RULE, RULE_PATH
from tests.review.repositories import called_out, changed

FALLBACK = RULE.replace("severity: high", "severity: info").replace("  amount_usd: {gte: 1000}\n", "")
BOTH = {**FILES, "rules/hk/rest.yaml": FALLBACK.replace("    expect: no match", "    expect: match")}
SEASON = {RULE_PATH: RULE + "active: {from: 2026-12-07, until: 2027-02-18}\n"}


def test_what_users_get_until_a_season_begins_is_called_out(tmp_path: Path) -> None:
    found = [callout.what for callout in called_out(tmp_path, SEASON, BOTH)[CalloutKind.OFF]]

    assert "hk/first: until 2026-12-07 nobody gets this warning; such a withdrawal gets hk/rest instead" in found
    assert "hk: 1 example withdrawal: hk/rest (info) instead of hk/first (high) until 2026-12-07" in found


def test_a_withdrawal_that_gets_nothing_until_then_is_listed(tmp_path: Path) -> None:
    found = changed(tmp_path, SEASON).review
    (change,) = found.consequences.shown or ()

    assert (change.before, change.after, change.until) == ("hk/first", None, date(2026, 12, 7))
    assert "| <code>hk/first</code> | no warning until 2026-12-07 |" in as_markdown(found)
    assert "hk/first -> no warning until 2026-12-07" in as_text(found)


def test_a_new_rule_that_begins_later_takes_nothing_away_until_then(tmp_path: Path) -> None:
    without = {name: text for name, text in BOTH.items() if name != RULE_PATH}
    found = changed(tmp_path, SEASON, without).review

    assert [change.until for change in found.consequences.shown or ()] == [None]
