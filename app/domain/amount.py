"""Amounts as events record them: cut down to two significant digits, so that a record names nobody's exact amount."""

from decimal import ROUND_DOWN, Decimal

# From here on a float's integer is not its shortest decimal: 1e23 is 99999999999999991611392, and would lose a tenth.
_EXACT = 2**53


def cut(amount: float) -> float:
    """An amount cut down to two significant digits in decimal arithmetic: 999.99 becomes 990.

    From 10 upwards the digits that stay are whole, and integer arithmetic is exact and four times as fast; past 2**53
    the integer is no longer the decimal that was sent.
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
    """The lowest amount that is recorded as more than this one: 1300 after 1234. `amount` is above 0."""
    kept = Decimal(repr(cut(amount)))
    return float(kept + Decimal(1).scaleb(kept.adjusted() - 1))
