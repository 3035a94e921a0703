"""What a change would have done to recorded withdrawals, with figures counted by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.checker import check
from app.dataset.report_sources import Sources
from app.domain.amount import cut
from app.domain.value_classes import number_in, segment_of
from app.reports.interval import share
from app.review.backtest import backtest
from app.review.backtest_figures import Backtest, Count
from app.review.possible_values import amount_segments
from app.service.rulebook import Rulebook, compile_now
from app.service.withdrawal_facts import context_of, recorded
from tests.checks.folders import FACTS_YAML, REGION, RULE, TEXTS
from tests.checks.folders import write as write_rules
from tests.reports.stream_tail import tail_table

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = date(2026, 11, 20)
RECORDED_ON = datetime(2026, 11, 10, 12, tzinfo=UTC)
HIGHER = RULE.replace("gte: 1000", "gte: 5000")


def book(folder: Path, **changes: str) -> Rulebook:
    """The tests' sample rules. `facts` and `region` replace those files; other names are rules."""
    names = {"facts": "rules/facts.yaml", "region": "rules/hk/region.yaml"}
    files = {names.get(name, f"rules/hk/{name}.yaml"): text for name, text in changes.items()}
    write_rules(folder, files)
    found = check(folder / "rules", folder / "locales", TODAY)
    assert found.content is not None, found.errors
    return compile_now("sha256:" + "0" * 64, found.content)


@dataclass
class Record:
    """Withdrawals as the service of `book` would have recorded them, each with what its user did."""

    book: Rulebook

    def __post_init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(
        self,
        users: int,
        *outcomes: str,
        times: int = 1,
        at: datetime = RECORDED_ON,
        region: str = "HK",
        who: str = "user",
        test: bool = False,
        **request: Any,
    ) -> None:
        """Adds that many users, each with this withdrawal that many times."""
        for number in range(users * times):
            key = f"as_{len(self.events)}"
            common = {"v": 1, "event_id": key, "time": at, "assessment_id": key, "client": "x", "test": test}
            user = f"{who} {number % users}"
            self.events.append(common | {"event": "assessment", "user": user} | self._answer(region, at, request))
            for outcome in outcomes:
                outcome_event = {"event": "outcome", "outcome": outcome, "occurred_at": at + timedelta(minutes=1)}
                self.events.append(common | {"event_id": f"{key}-{outcome}"} | outcome_event)

    def _answer(self, region: str, at: datetime, request: dict[str, Any]) -> dict[str, Any]:
        context = context_of(request)
        place = self.book.jurisdiction(region)
        matches = place.rules.match(context, place.calendar.day(at.timestamp()))
        shown = matches.first[0] if matches.count else None
        return {
            "destination": "x",
            "region": region,
            "revision": "sha256:1",
            "rule_id": shown.id if shown else None,
            "severity": shown.severity.word if shown else None,
            "matched_count": matches.count,
            "facts": recorded(context, self.book.kept),
        }

    def replayed(self, after: Rulebook, rules: Sequence[str] = ("hk/first",), days: int = 30) -> Backtest:
        sources = Sources(tail=tail_table(self.events))
        return backtest(sources, self.book, after, rules, days=days, as_of=NOW, today=TODAY)


def new_payee(amount: float) -> dict[str, Any]:
    return {"amount_usd": amount, "destination": {"first_use": True}}


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(book(tmp_path / "before"))


def test_a_higher_bound_warns_fewer_withdrawals(record: Record, tmp_path: Path) -> None:
    """Forty users send 2,000 dollars, thirty send 8,000 twice, twenty send 500; one withdrawal has a test key."""
    record.add(40, who="a", **new_payee(2000))
    record.add(30, who="b", times=2, **new_payee(8000))
    record.add(20, who="c", **new_payee(500))
    record.add(1, who="d", test=True, **new_payee(2000))

    found = record.replayed(book(tmp_path / "after", first=HIGHER))
    (rule,) = found.rules
    assert (found.withdrawals, found.undecided, found.decided, found.agreeing) == (120, 0, 120, 120)
    assert (rule.recorded, rule.before, rule.after) == (100, Count(100), Count(60))
    assert [(move.before, move.after, move.withdrawals, move.users) for move in found.moves] == [
        ("hk/first", "", 40, 40)
    ]
    high = next(each for each in found.severities if each.severity == "high")
    assert (high.recorded, high.before, high.after) == (100, Count(100), Count(60))


@pytest.mark.parametrize("at", [NOW, NOW - timedelta(days=90)], ids=["still open", "long ago"])
def test_a_record_without_withdrawals_in_these_days_counts_none(record: Record, tmp_path: Path, at: datetime) -> None:
    """As on the day after the service was set up."""
    record.add(1, at=at, **new_payee(2000))

    found = record.replayed(book(tmp_path / "after", first=HIGHER))
    (rule,) = found.rules
    assert (found.withdrawals, found.undecided, found.agreeing) == (0, 0, 0)
    assert (rule.recorded, rule.before, rule.after) == (0, Count(0, 0), Count(0, 0))


def test_what_users_did_is_counted_by_user(record: Record, tmp_path: Path) -> None:
    """Of fifty users, twenty reconsidered and twenty proceeded; the exchange stopped ten, who do not count."""
    record.add(20, "cancelled", who="a", **new_payee(2000))
    record.add(20, "proceeded", "confirmed_scam", who="b", times=2, **new_payee(8000))
    record.add(10, "withheld", who="c", **new_payee(8000))

    (rule,) = record.replayed(book(tmp_path / "after", first=HIGHER)).rules
    got, would = rule.reactions, rule.reactions_after
    assert got.users == 40
    assert [(share.numerator, share.denominator) for share in shares(got)] == [(20, 40), (20, 40), (20, 40)]
    assert got.proceeded is not None
    assert got.proceeded.low == pytest.approx(0.352, abs=0.001)
    assert would is not None
    assert would.users == 20
    assert [share.numerator for share in shares(would)] == [0, 20, 20]


def shares(reactions: Any) -> list[Any]:
    return [reactions.reconsidered_or_reviewed, reactions.proceeded, reactions.confirmed_scam]


def test_an_amount_whose_recorded_step_contains_the_bound_is_undecided(record: Record, tmp_path: Path) -> None:
    """1,540 and 1,599 are recorded as 1,500; 1,600 as itself, and 1,499 as 1,400."""
    for who, amount in (("a", 1540), ("b", 1599), ("c", 1600), ("d", 1499)):
        record.add(10, who=who, **new_payee(amount))

    found = record.replayed(book(tmp_path / "after", first=RULE.replace("gte: 1000", "gte: 1550")))
    (rule,) = found.rules
    assert (found.undecided, found.because) == (20, (("amount_usd", 20),))
    assert (rule.before, rule.after) == (Count(40), Count(10, 20))


def test_a_window_inside_one_step_of_the_record_is_undecided(record: Record, tmp_path: Path) -> None:
    """Both ends of 1,000 to 1,100 lie outside 1,020 to 1,040, but amounts between them do not."""
    record.add(10, **new_payee(1030))
    narrow = RULE.replace("gte: 1000", "gte: 1020, lt: 1040").replace("amount_usd: 1000", "amount_usd: 1020")

    assert record.replayed(book(tmp_path / "after", first=narrow)).rules[0].after == Count(0, 10)


def test_a_value_recorded_as_other_is_undecided_where_the_rule_names_it(record: Record, tmp_path: Path) -> None:
    record.add(15, who="a", asset="PEPE", **new_payee(2000))
    record.add(15, who="b", asset="BTC", **new_payee(2000))

    after = book(tmp_path / "after", first=RULE.replace("when:", "when:\n  asset: PEPE"))
    assert record.replayed(after).rules[0].after == Count(0, 15)


def test_an_attribute_that_no_event_keeps_is_undecided(record: Record, tmp_path: Path) -> None:
    """Also where it had no value, because undeclared attributes are not recorded."""
    record.add(12, attributes={"vip": True}, **new_payee(2000))
    found = record.replayed(book(tmp_path / "after", first=RULE.replace("when:", "when:\n  attributes.vip: true")))

    assert (found.because, found.rules[0].after) == ((("attributes.vip", 12),), Count(0, 12))


def test_a_declared_attribute_is_replayed(tmp_path: Path) -> None:
    facts = FACTS_YAML + "attributes:\n  vip: {type: flag, means: x}\n  score: {type: number, means: x}\n"
    record = Record(book(tmp_path / "before", facts=facts))
    record.add(12, who="a", attributes={"vip": True, "score": 7}, **new_payee(2000))
    record.add(13, who="b", attributes={"vip": False, "score": 7.5}, **new_payee(2000))
    record.add(14, who="c", attributes={"vip": True, "score": 8}, **new_payee(2000))

    rule = RULE.replace("when:", "when:\n  attributes.vip: true\n  attributes.score: {lt: 7.5}")
    found = record.replayed(book(tmp_path / "after", facts=facts, first=rule))
    assert (found.undecided, found.rules[0].after) == (0, Count(12))


def test_sets_and_absent_facts_are_replayed(record: Record, tmp_path: Path) -> None:
    """`none` holds for an empty set but not for an absent one."""
    record.add(11, who="a", session={"signals": []}, **new_payee(2000))
    record.add(12, who="b", session={"signals": ["on_a_call", "remote_access"]}, **new_payee(2000))
    record.add(13, who="c", **new_payee(2000))

    rule = RULE.replace("when:", "when:\n  session.signals: {none: [remote_access]}")
    found = record.replayed(book(tmp_path / "after", first=rule))
    assert (found.undecided, found.rules[0].after) == (0, Count(11))


def test_nothing_is_reported_about_fewer_than_ten_users(record: Record, tmp_path: Path) -> None:
    record.add(30, "cancelled", who="a", **new_payee(8000))
    record.add(9, "proceeded", who="b", times=5, **new_payee(2000))

    found = record.replayed(book(tmp_path / "after", first=HIGHER))
    (rule,) = found.rules
    assert (found.moves, found.few) == ((), True)
    assert rule.after is None
    assert rule.reactions.users == 39
    assert rule.reactions.proceeded is None


def test_reactions_of_few_users_are_hidden_entirely(record: Record, tmp_path: Path) -> None:
    record.add(9, "proceeded", **new_payee(8000))

    assert record.replayed(book(tmp_path / "after", first=HIGHER)).rules[0].reactions.users is None


def test_two_groups_never_reveal_the_one_user_by_whom_they_differ(record: Record, tmp_path: Path) -> None:
    record.add(30, "cancelled", who="a", **new_payee(8000))
    record.add(1, "proceeded", who="b", **new_payee(2000))

    (rule,) = record.replayed(book(tmp_path / "after", first=HIGHER)).rules
    assert (rule.reactions.users, rule.reactions_after) == (31, None)


def test_groups_that_differ_by_many_users_hide_a_reaction_that_differs_by_few(record: Record, tmp_path: Path) -> None:
    record.add(30, "cancelled", "proceeded", who="a", **new_payee(8000))
    record.add(20, "proceeded", who="b", **new_payee(2000))
    record.add(3, "cancelled", "proceeded", who="c", **new_payee(2000))

    (rule,) = record.replayed(book(tmp_path / "after", first=HIGHER)).rules
    assert (rule.reactions.users, rule.reactions.reconsidered_or_reviewed) == (53, share(33, 53))
    assert rule.reactions_after is not None
    assert (rule.reactions_after.users, rule.reactions_after.reconsidered_or_reviewed) == (30, None)
    assert rule.reactions_after.proceeded == share(30, 30)


def test_the_replay_is_compared_with_the_record(record: Record, tmp_path: Path) -> None:
    """Another revision answered some withdrawals."""
    record.add(30, who="a", **new_payee(2000))
    record.add(10, who="b", **new_payee(2000))
    for event in record.events[30:]:
        event["rule_id"] = "hk/older"

    found = record.replayed(book(tmp_path / "after", first=HIGHER))
    assert (found.decided, found.agreeing) == (40, 30)


def test_the_old_rules_decide_on_the_day_of_the_withdrawal(tmp_path: Path) -> None:
    """The day in Hong Kong: 16:30 UTC on the ninth is the tenth there."""
    record = Record(book(tmp_path / "before", first=RULE + "active: {from: 2026-11-10, until: 2026-11-12}\n"))
    for number, moment in enumerate(("2026-11-09T15:30", "2026-11-09T16:30", "2026-11-11T15:30", "2026-11-11T16:30")):
        record.add(10, who=str(number), at=datetime.fromisoformat(f"{moment}+00:00"), **new_payee(2000))

    found = record.replayed(book(tmp_path / "after"))
    assert (found.decided, found.agreeing) == (40, 40)
    assert (found.rules[0].before, found.rules[0].after) == (Count(20), Count(40))


def test_a_rule_that_begins_later_counts_as_if_it_had_begun(record: Record, tmp_path: Path) -> None:
    record.add(10, who="a", **new_payee(2000))
    later = RULE.replace("high", "critical") + "active: {from: 2026-12-01}\n"

    found = record.replayed(book(tmp_path / "after", second=later), ["hk/second"])
    assert (found.begun, found.rules[0].after) == (("hk/second",), Count(10))


def test_only_whole_days_with_all_their_outcomes_count(record: Record, tmp_path: Path) -> None:
    """The eighteenth is the last: at noon of the twentieth, outcomes of the nineteenth may still arrive."""
    for who, moment in (
        ("a", NOW - timedelta(hours=1)),
        ("b", NOW - timedelta(days=2)),
        ("c", NOW - timedelta(days=5)),
    ):
        record.add(10, who=who, at=moment, **new_payee(2000))

    found = record.replayed(book(tmp_path / "after"), days=3)
    assert (found.since.isoformat()[:10], found.until.isoformat()[:10]) == ("2026-11-16", "2026-11-19")
    assert found.rules[0].recorded == 10


GLOBAL = {
    "rules/global/region.yaml": "name: Everywhere\npartner: {name: Forewarn}\nlanguages: [en]\n",
    "rules/global/every.yaml": "typology: investment\nseverity: info\nrationale: All.\nmessage: investment\n",
    "locales/global/en.yaml": TEXTS.replace("Call {helpline}", "Call"),
}


def test_a_global_rule_is_replayed_wherever_global_rules_apply(tmp_path: Path) -> None:
    """In Hong Kong where none of its own rules matches, and in every region without rules."""
    for side in ("before", "after"):
        write_rules(tmp_path / side, GLOBAL)
    changed = GLOBAL["rules/global/every.yaml"].replace("info", "caution") + "when: {asset: BTC}\n"
    write_rules(tmp_path / "after", {"rules/global/every.yaml": changed})
    record = Record(book(tmp_path / "before"))
    record.add(10, who="a", asset="BTC", **new_payee(2000))
    record.add(11, who="b", asset="BTC", **new_payee(20))
    record.add(12, who="c", region="ZZ", asset="BTC")
    record.add(13, who="d", region="ZZ", asset="USDT")

    found = record.replayed(book(tmp_path / "after"), ["global/every"])
    assert (found.regions, found.withdrawals, found.agreeing) == (("HK", "elsewhere"), 46, 46)
    assert (found.rules[0].before, found.rules[0].after) == (Count(36), Count(23))
    assert [(move.after, move.withdrawals) for move in found.moves] == [("", 13)]


def test_a_region_is_replayed_where_global_rules_apply_differently(tmp_path: Path) -> None:
    """No rule changed, but a graver global rule now comes first."""
    grave = GLOBAL["rules/global/every.yaml"].replace("info", "critical")
    for side in ("before", "after"):
        write_rules(tmp_path / side, GLOBAL | {"rules/global/every.yaml": grave})
    record = Record(book(tmp_path / "before"))
    record.add(10, **new_payee(2000))

    found = record.replayed(book(tmp_path / "after", region=f"{REGION}global: alongside\n"), [])
    assert [(move.before, move.after, move.withdrawals) for move in found.moves] == [("hk/first", "global/every", 10)]


def test_other_regions_are_left_out(record: Record, tmp_path: Path) -> None:
    record.add(10, who="a", **new_payee(2000))
    record.add(10, who="b", region="SG", **new_payee(2000))

    found = record.replayed(book(tmp_path / "after", first=HIGHER))
    assert (found.regions, found.withdrawals) == (("HK",), 10)


@given(st.floats(min_value=0, max_value=10_000), st.lists(st.integers(0, 9_000), max_size=4, unique=True))
@settings(max_examples=300)
def test_the_true_amount_is_in_the_classes_of_its_record(amount: float, asked: list[int]) -> None:
    bounds = sorted(float(bound) for bound in asked)
    low, high = amount_segments(cut(amount), bounds)
    recorded = number_in(low, bounds)

    assert low <= segment_of(amount, bounds) <= high
    assert recorded is not None
    assert segment_of(recorded, bounds) == low


_FACTS = st.fixed_dictionaries(
    {},
    optional={
        "amount_usd": st.sampled_from([0, 5, 99.99, 999.99, 1000, 1540, 5050, 12345.6]),
        "asset": st.sampled_from(["USDT", "BTC", "PEPE", "other"]),
        "destination": st.fixed_dictionaries({}, optional={"first_use": st.booleans()}),
        "session": st.fixed_dictionaries(
            {}, optional={"signals": st.lists(st.sampled_from(["remote_access", "on_a_call", "odd"]), max_size=3)}
        ),
    },
)
_CONDITIONS = st.sampled_from(
    [
        "amount_usd: {gte: 1000}",
        "amount_usd: {gt: 1500, lt: 5055}",
        "amount_usd: {not: 1540}",
        "asset: PEPE",
        "asset: {not_in: [USDT, other]}",
        "session.signals: {none: [odd]}",
        "session.signals: {all: [on_a_call, remote_access]}",
        "destination.first_use: {given: false}",
        "any: [{asset: BTC}, {amount_usd: {lt: 99.995}}]",
    ]
)


@given(st.lists(_FACTS, min_size=1, max_size=8), st.lists(_CONDITIONS, min_size=1, max_size=3, unique=True))
@settings(max_examples=25, deadline=None)
def test_the_service_s_answer_is_always_among_the_possible_ones(
    tmp_path_factory: pytest.TempPathFactory, requests: list[dict[str, Any]], conditions: list[str]
) -> None:
    """The oracle is the service's own index, on the facts as sent, before the record reduced them."""
    folder = tmp_path_factory.mktemp("backtest")
    unfinished = RULE[: RULE.index("when:")] + "when:\n"
    after = book(
        folder / "after", first=unfinished + "  all:\n" + "".join(f"    - {{{each}}}\n" for each in conditions)
    )
    record = Record(book(folder / "before"))
    for number, request in enumerate(requests):
        record.add(12, who=str(number), **request)

    truly = 12 * sum(
        bool(after.jurisdiction("HK").rules.match(context_of(request), TODAY).count) for request in requests
    )
    figures = next(each for each in record.replayed(after).severities if each.severity == "high")
    assert figures.after is not None
    assert figures.after.certain <= truly <= figures.after.certain + figures.after.maybe
