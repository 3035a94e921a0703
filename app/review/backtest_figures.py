"""The figures of a backtest in words."""

from app.reports.interval import Share
from app.review.backtest import FEW, TOO_FEW_TO_READ, Backtest, Count, Reactions


def changed(rules: int, texts: int, alerts: int) -> str:
    """
    >>> changed(1, 2, 0)
    '1 rule, 2 texts, 0 alerts'
    """
    return ", ".join(number(count, noun) for count, noun in ((rules, "rule"), (texts, "text"), (alerts, "alert")))


def number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def count(given: Count | None) -> str:
    if given is None:
        return f"about as many (fewer than {FEW} users differ)"
    return f"{given.certain:,}" + (f" to {given.certain + given.maybe:,}" if given.maybe else "")


def rate(given: Share | None) -> str:
    """A share with its 95% interval."""
    if given is None or given.rate is None or given.low is None or given.high is None:
        return f"rests on fewer than {FEW} users: not shown"
    few = " (too few to read)" if given.denominator < TOO_FEW_TO_READ else ""
    return f"{given.rate:.1%} ({given.numerator:,} of {given.denominator:,}; {given.low:.1%} to {given.high:.1%}){few}"


def reactions(given: Reactions | None) -> tuple[str, str, str, str]:
    """Users, reconsidered or reviewed, proceeded, confirmed scam."""
    if given is None:
        return "about as many", "not shown", "not shown", "not shown"
    if given.users is None:
        few = f"fewer than {FEW}"
        return few, "not shown", "not shown", "not shown"
    return (
        f"{given.users:,}",
        rate(given.reconsidered_or_reviewed),
        rate(given.proceeded),
        rate(given.confirmed_scam),
    )


def about(test: Backtest) -> list[str]:
    """What was counted and how far it can be trusted, in sentences."""
    days = (test.until - test.since).days
    regions = ", ".join("every other region" if code == "elsewhere" else code for code in test.regions)
    when = f"from {test.since:%Y-%m-%d} until {test.until:%Y-%m-%d} (UTC)"
    said = [f"{test.withdrawals:,} withdrawals of {regions or 'no region'} in {days} days, {when}."]
    if test.decided:
        share = test.agreeing / test.decided
        others = " The others were answered by other rules, or with facts that are not recorded."
        said.append(
            f"Agreement: of {test.decided:,} withdrawals that the rules before this change decide from the record, "
            f"{test.agreeing:,} ({share:.1%}) replay as they were recorded."
            + (others if test.agreeing < test.decided else "")
        )
    if test.undecided:
        because = ", ".join(f"{fact} {number:,}" for fact, number in test.because)
        said.append(
            f"Undecided: {test.undecided:,} withdrawals, because the record keeps less than the service saw "
            f"({because}). Amounts are recorded cut down to two digits, and values that facts.yaml does not list as "
            "`other`. Of a range such as `10 to 15` below, the higher number has the undecided too."
        )
    if test.begun:
        said.append(f"Counted as if it were in force already: {', '.join(test.begun)}.")
    if test.more_moves:
        said.append(f"Of the changes from one warning to another the {len(test.moves)} largest are listed.")
    if test.few:
        said.append(f"Changes that concern fewer than {FEW} users each are not listed.")
    said.append(
        "What users did followed the warning that they really got, or none: it is not what the change would do."
    )
    return said
