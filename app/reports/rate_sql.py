"""The definitions of docs/measurement.md in SQL: what followed an alert, when, and which bits that sets."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from app.domain.outcome import ANSWERED, WINDOWED
from app.reports.outcome_bits import BITS
from app.reports.question import Question
from app.reports.question_options import LONGEST_WINDOW, WINDOWS, Maturity
from app.reports.rate_definitions import SUSTAINED_FOR, WINDOW_RATES

# An exchange's clock may be this far behind ours, so an outcome this much before its alert still counts as a reaction.
# The service allows as much for a clock that is ahead.
CLOCK_TOLERANCE = timedelta(minutes=5)


def micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def since_epoch(when: datetime) -> int:
    return micros(when - datetime(1970, 1, 1, tzinfo=UTC))


def delay(outcome: str) -> str:
    """SQL for the microseconds from the alert to this outcome; null where it is over CLOCK_TOLERANCE too early."""
    after = f"epoch_us({outcome}_at) - epoch_us(time)"
    return f"(CASE WHEN {after} >= {-micros(CLOCK_TOLERANCE)} THEN {after} END)"


# The first of several outcomes: `least` skips null.
FIRST_OF = {
    **{name: f"least({', '.join(rate.outcomes)})" for name, rate in WINDOW_RATES.items()},
    "answered": f"least({', '.join(ANSWERED)})",
}


def marked(asked: str, question: Question) -> str:
    """SQL for the alerts of the relation `asked` with their `flags`: the bits of what followed within the window.

    The columns `cancelled`, `shown` ... of `asked` are the microseconds from the alert to that outcome; columns such as
    `answered_after`, for each of FIRST_OF, are those to the first of several outcomes.
    """
    lengths = [micros(question.window), *map(micros, WINDOWS.values())]
    # The other windows count the same alerts: those that have matured under the longest and were not withheld in it.
    counted = [micros(question.window), *[micros(question.longest_window)] * len(WINDOWS)]
    slots = ", ".join(_slots(f"{what}_after", lengths) + f" AS {what}_slots" for what in FIRST_OF)
    return f"""SELECT *, {_flags(question)} AS flags FROM (
        SELECT *, matured_slots & ~withheld_slots AS counted_slots FROM (
            SELECT *, {slots}, {_slots("withheld", counted)} AS withheld_slots,
                {_matured_slots(question, counted)} AS matured_slots,
                {_matured(question, question.window + SUSTAINED_FOR)} AS waited
            FROM ({asked})
        )
    )"""  # noqa: S608 - names and numbers of ours


def _flags(question: Question) -> str:
    """SQL for the bits of an alert. A comparison with null sets none."""
    window, week, long = micros(question.window), micros(SUSTAINED_FOR), micros(LONGEST_WINDOW)
    counted, held = "counted_slots & 1 = 1", "waited AND withheld_slots & 1 = 0"
    own = f"proceeded > reconsidered_after AND proceeded < reconsidered_after + {week} AND proceeded < {long}"
    unanswered = "answered_slots & 1 = 0"
    tests = {
        "first_sustained_counted": held,
        "first_sustained_unanswered": f"{held} AND {unanswered}",
        "first_sustained": f"{held} AND reconsidered_after < {window} AND ({own}) IS NOT TRUE",
        "first_counted": counted,
        "first_unanswered": f"{counted} AND {unanswered}",
        **{f"first_{rate}": f"{counted} AND {rate}_after < {window}" for rate in WINDOW_RATES},
        "proceeded": f"{counted} AND proceeded < {window}",
        "pending_answered": f"matured_slots & 1 = 0 AND answered_after < {window}",
        "sustained_matured": "waited",
        "sustained_counted": held,
        "sustained_reconsidered": f"{held} AND reconsidered_after < {window}",
        "came_back": f"{held} AND reconsidered_after < {window} AND {own}",
        "sustained_answered": f"{held} AND answered_after < {window}",
        "sustained_some_unanswered": f"{held} AND {unanswered}",
        "confirmed": "coalesce(confirmed_scam_at, confirmed_legitimate_at) IS NOT NULL",
        # Where an investigation had two findings, the later counts.
        "scam": "confirmed_scam_at IS NOT NULL AND (confirmed_legitimate_at > confirmed_scam_at) IS NOT TRUE",
        **{f"had_{outcome}": f"matured_slots & 1 = 1 AND {outcome} < {window}" for outcome in WINDOWED},
    }
    families = {
        "counted": "counted_slots",
        **{rate: f"{rate}_slots & counted_slots" for rate in WINDOW_RATES},
        "answered": "answered_slots & counted_slots",
        "some_unanswered": "counted_slots & ~answered_slots",
        "matured": "matured_slots",
    }
    parts = [f"CASE WHEN {test} THEN {BITS[bit]} ELSE 0 END" for bit, test in tests.items()]
    parts += [f"({slots})::BIGINT * {BITS[family]}" for family, slots in families.items()]
    return "(" + " | ".join(parts) + ")::BIGINT"


def _matured(question: Question, window: timedelta) -> str:
    if question.maturity is Maturity.ALL:
        return "true"
    return f"t <= {since_epoch(question.now) - micros(window)}"


def _matured_slots(question: Question, lengths: Sequence[int]) -> str:
    """SQL for the windows that have passed, one bit each."""
    return _first_case(
        (_matured(question, timedelta(microseconds=length)), _slots_of(lengths, length.__ge__)) for length in lengths
    )


def _slots(what: str, lengths: Sequence[int]) -> str:
    """SQL for the windows in which `what` happened, one bit each."""
    return _first_case((f"{what} < {length}", _slots_of(lengths, length.__le__)) for length in lengths)


def _slots_of(lengths: Sequence[int], holds: Callable[[int], bool]) -> int:
    return sum(1 << slot for slot, length in enumerate(lengths) if holds(length))


def _first_case(cases: Iterable[tuple[str, int]]) -> str:
    """SQL for the widest case that holds: what holds for one window holds for all shorter or all longer ones."""
    widest = sorted(set(cases), key=lambda case: -case[1].bit_count())
    return "CASE " + " ".join(f"WHEN {test} THEN {slots}" for test, slots in widest) + " ELSE 0 END"
