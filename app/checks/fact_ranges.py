"""The numbers that a fact can be, and conditions and descriptions that go beyond them."""

from collections.abc import Iterator, Mapping

from app.authoring.condition_syntax import Parsed
from app.authoring.facts_file import FactForm
from app.authoring.problem import Finding, Path, Spot
from app.authoring.problem_codes import Code
from app.authoring.suggestions import did_you_mean, found, listing, quoted
from app.domain.condition import Condition
from app.domain.fact import ATTRIBUTE_PREFIX, LOWEST_NUMBER, Kind, Number
from app.domain.predicate import Range

# By full name: `attributes.hours_since_deposit`.
Ranges = Mapping[str, Range]

_SHARE = "part of one"
_COUNT = Range(gte=0)
# What a number may count, and the numbers that it can be. A unit that is not here has no range of its own.
UNITS: Ranges = {
    _SHARE: Range(gte=0, lte=1),
    "per cent": Range(gte=0, lte=100),
    "level": _COUNT,
    "US dollars": _COUNT,
    **dict.fromkeys(("minutes", "hours", "days", "weeks", "months", "years"), _COUNT),
    **dict.fromkeys(("withdrawals", "deposits", "transfers", "logins", "devices", "times"), _COUNT),
}


def range_of(name: str, form: FactForm) -> Range | None:
    """What facts.yaml says of a number, or else what its unit says; `name` is the full name. None for other kinds."""
    if Kind(form.type) is not Kind.NUMBER:
        return None
    usual = UNITS.get(form.unit or "", possible(name, {}))
    return Range(
        gte=usual.gte if form.min is None else form.min,
        lte=usual.lte if form.max is None else form.max,
    )


def possible(name: str, ranges: Ranges) -> Range:
    """The numbers that a fact or attribute can be, as far as that is known."""
    unknown = Range() if name.startswith(ATTRIBUTE_PREFIX) else Range(gte=LOWEST_NUMBER)
    return ranges.get(name, unknown)


def range_problems(facts: Mapping[str, FactForm], around: str, prefix: str = "") -> Iterator[Finding]:
    """Faults in what facts.yaml itself says of numbers, under `around`."""
    for name, form in facts.items():
        where = (around, name)
        if Kind(form.type) is Kind.NUMBER:
            yield from _bounds(form, where, possible(prefix + name, {}))
            yield from _unit(form, where)
        else:
            for entry in ("min", "max"):
                if getattr(form, entry) is not None:
                    message = f"`{entry}` is for numbers, and `{name}` is none"
                    yield Finding(Code.FACT_RANGE, (*where, entry), message, "delete the line", Spot.KEY)


def _bounds(form: FactForm, where: Path, requests: Range) -> Iterator[Finding]:
    if form.min is not None and form.max is not None and form.min > form.max:
        message = f"no number is {_plain(form.min)} or more and {_plain(form.max)} or less"
        yield Finding(Code.FACT_RANGE, (*where, "max"), message, "`min` is the lower bound, `max` the upper one")
        return
    whole = UNITS.get(form.unit or "", requests)
    for entry in ("min", "max"):
        bound = getattr(form, entry)
        if bound is not None and not whole.holds(bound):
            what = f"a number in {form.unit}" if form.unit in UNITS else "a number of a request"
            message = f"{what} is {in_words(whole)}, so `{entry}` cannot be {_plain(bound)}"
            yield Finding(Code.FACT_RANGE, (*where, entry), message, f"write {in_words(whole)}, or another `unit`")


def _unit(form: FactForm, where: Path) -> Iterator[Finding]:
    if form.unit is not None and form.unit not in UNITS:
        hint = did_you_mean(form.unit, UNITS, at_most=0) or f"known: {listing(UNITS)}"
        message = f"{quoted(form.unit)} is no known unit, so nothing is known of its numbers"
        yield Finding(Code.UNKNOWN_UNIT, (*where, "unit"), message, hint)


def out_of_range(parsed: Parsed, ranges: Ranges) -> Iterator[Finding]:
    """Values that no withdrawal can have, each at its place, and bounds that every withdrawal keeps."""
    for where, clause in parsed.places:
        if not isinstance(clause, Condition) or clause.fact not in ranges or parsed.has_finding(where):
            continue
        allowed, outside = ranges[clause.fact], False
        for place, value in _numbers(parsed, where, clause):
            if not allowed.holds(value):
                outside = True
                yield impossible(Code.OUT_OF_RANGE, place, clause.fact, value, allowed)
        if isinstance(clause.predicate, Range) and not outside and _covers(clause.predicate, allowed):
            message = f"every `{clause.fact}` is {in_words(allowed)}, so this asks only whether it is given"
            yield Finding(Code.ADDS_NOTHING, where, message, "write a narrower bound, or {given: true}")


def impossible(code: Code, where: Path, fact: str, value: Number, allowed: Range) -> Finding:
    """A finding about a number that a fact cannot be."""
    share = allowed == UNITS[_SHARE]
    hint = f"write a number {in_words(allowed)}"
    if share and 1 < value <= 100:
        hint = f"write {value / 100:g}: 1 is everything"
    elif allowed.gte == 0 and value < 0:
        hint = f"write it without the minus: {hint.removeprefix('write ')}"
    return Finding(code, where, f"`{fact}` is {in_words(allowed)}, found {found(value)}", hint)


def in_words(allowed: Range) -> str:
    """Such as `from 0 to 1`."""
    if allowed.gte is None or allowed.lte is None:
        bounds = [f"{_plain(allowed.gte)} or more"] if allowed.gte is not None else []
        bounds += [f"{_plain(allowed.lte)} or less"] if allowed.lte is not None else []
        return bounds[0] if bounds else "any number"
    return f"from {_plain(allowed.gte)} to {_plain(allowed.lte)}"


def _plain(number: float) -> str:
    return f"{int(number):,}" if number == int(number) else f"{number:g}"


def _numbers(parsed: Parsed, where: Path, condition: Condition) -> Iterator[tuple[Path, Number]]:
    predicate = condition.predicate
    if isinstance(predicate, Range):
        for name, bound in (("gt", predicate.gt), ("gte", predicate.gte), ("lt", predicate.lt), ("lte", predicate.lte)):
            if bound is not None:
                yield (*where, name), bound
        return
    for i, value in enumerate(predicate.values or ()):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield parsed.item(where, i), value


def _covers(asked: Range, allowed: Range) -> bool:
    """Whether every allowed number is within the asked bounds. Both ends decide, for ranges have no holes."""
    above = (asked.lt is None and asked.lte is None) or (allowed.lte is not None and asked.holds(allowed.lte))
    below = (asked.gt is None and asked.gte is None) or (allowed.gte is not None and asked.holds(allowed.gte))
    return above and below
