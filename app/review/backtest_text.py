"""A backtest in words: sentences and tables, for the comment and for the terminal."""

from collections.abc import Callable, Iterator, Sequence

from app.reports.interval import Share
from app.review.backtest import ELSEWHERE
from app.review.backtest_figures import FEW, TOO_FEW_TO_READ, Backtest, Count, Reactions, RuleFigures, SeverityFigures

Table = tuple[Sequence[str], Sequence[Sequence[str]]]  # headings, rows

_REACTIONS = ("users who", "", "users", "reconsidered or reviewed", "proceeded", "confirmed scam")


def sentences(test: Backtest) -> Iterator[str]:
    """What was counted, and how far it can be trusted."""
    days = (test.until - test.since).days
    regions = ", ".join("every other region" if code == ELSEWHERE else code for code in test.regions)
    when = f"from {test.since:%Y-%m-%d} until {test.until:%Y-%m-%d} (UTC)"
    yield f"{test.withdrawals:,} withdrawals of {regions or 'no region'} in {days} days, {when}."
    if test.decided:
        others = " The others were answered by other rules, or with facts that are not recorded."
        yield (
            f"Agreement: the rules before this change decide {test.decided:,} withdrawals from the record; "
            f"{test.agreeing:,} of them ({test.agreeing / test.decided:.1%}) replay as recorded."
            + (others if test.agreeing < test.decided else "")
        )
    if test.undecided:
        because = ", ".join(f"{fact} {number:,}" for fact, number in test.because)
        yield (
            f"Undecided: {test.undecided:,} withdrawals, because the record keeps less than the service saw "
            f"({because}). Amounts are recorded cut down to two digits, and values that facts.yaml does not list are "
            "recorded as `other`. In a range such as `10 to 15` below, the higher number includes the undecided."
        )
    if test.begun:
        yield f"Counted as if already in force: {', '.join(test.begun)}."
    if test.more_moves:
        yield f"Only the {len(test.moves)} largest changes from one warning to another are listed."
    if test.few:
        yield f"Changes that concern fewer than {FEW} users each are not listed."
    yield "What users did followed the warning that they really got, or none. It is not a forecast of this change."


def tables(test: Backtest, rule: Callable[[str], str]) -> Iterator[Table]:
    """`rule` formats the id of a rule. All other cells are words and numbers of this module."""

    def warning(rule_id: str) -> str:
        return rule(rule_id) if rule_id else "no warning"

    counts: list[tuple[str, RuleFigures | SeverityFigures]] = [(rule(each.rule_id), each) for each in test.rules]
    counts += [(f"all {each.severity}", each) for each in test.severities]
    yield (
        ("warnings", "recorded", "replayed with the rules before", "with the rules now"),
        [(name, f"{each.recorded:,}", _count(each.before), _count(each.after)) for name, each in counts],
    )
    groups = [
        (rule(each.rule_id), group, *_reactions(reactions))
        for each in test.rules
        for group, reactions in (("got it", each.reactions), ("would get it", each.reactions_after))
    ]
    if groups:
        yield _REACTIONS, groups
    moves = [
        (warning(move.before), warning(move.after), f"{move.withdrawals:,}", f"{move.users:,}") for move in test.moves
    ]
    if moves:
        yield ("warning before", "warning now", "withdrawals", "users"), moves


def _count(count: Count | None) -> str:
    if count is None:
        return f"about as many (fewer than {FEW} users differ)"
    return f"{count.certain:,}" + (f" to {count.certain + count.maybe:,}" if count.maybe else "")


def _reactions(reactions: Reactions | None) -> tuple[str, ...]:
    if reactions is None or reactions.users is None:
        users = "about as many" if reactions is None else f"fewer than {FEW}"
        return users, "not shown", "not shown", "not shown"
    shares = reactions.reconsidered_or_reviewed, reactions.proceeded, reactions.confirmed_scam
    return f"{reactions.users:,}", *map(_share, shares)


def _share(share: Share | None) -> str:
    """A share with its 95% interval."""
    if share is None or share.rate is None or share.low is None or share.high is None:
        return f"not shown: it rests on fewer than {FEW} users"
    few = " (too few to read)" if share.denominator < TOO_FEW_TO_READ else ""
    interval = f"{share.low:.1%} to {share.high:.1%}"
    return f"{share.rate:.1%} ({share.numerator:,} of {share.denominator:,}; {interval}){few}"
