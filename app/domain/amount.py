"""Amounts as events record them: cut to two significant digits, so that no record holds an exact amount."""

from decimal import ROUND_DOWN, Decimal

# From here on a float's integer differs from its shortest decimal: 1e23 is 99999999999999991611392, and would lose a
# tenth when cut.
_EXACT = 2**53


def cut(amount: float) -> float:
    """An amount cut to two significant digits in decimal arithmetic: 999.99 becomes 990.

    From 10 up to 2**53 only whole digits remain, so integer arithmetic is exact, and four times as fast.
    """
    whole = int(amount)
    if 10 <= whole < _EXACT:
        step: int = 10 ** (len(str(whole)) - 2)
        return whole - whole % step
    exact = Decimal(repr(amount))
    if not exact:
        return 0
    unit = Decimal(1).scaleb(exact.adjusted() - 1)
    return float(exact.quantize(unit, rounding=ROUND_DOWN))


def next_step(amount: float) -> float:
    """The lowest amount that is recorded as more than `amount`: 1300 for 1234. `amount` must be above 0."""
    kept = Decimal(repr(cut(amount)))
    return float(kept + Decimal(1).scaleb(kept.adjusted() - 1))
