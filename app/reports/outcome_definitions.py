"""What followed an alert, when, and which bits that sets: the definitions of docs/measurement.md in SQL."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from app.domain.outcome import ANSWERED, RECONSIDERED, RECONSIDERED_OR_REVIEWED, WINDOWED
from app.reports.outcome_bits import BITS
from app.reports.question import LONGEST_WINDOW, WINDOWS, Maturity, Question

# An exchange's clock may be this far behind ours: an outcome that seems to precede its alert by no more is a reaction
# to it. The same as the service allows for a clock that is ahead.
CLOCK_TOLERANCE = timedelta(minutes=5)

# How long a reconsideration must hold to be sustained.
SUSTAINED_FOR = timedelta(days=7)


def micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def since_epoch(when: datetime) -> int:
    return micros(when - datetime(1970, 1, 1, tzinfo=UTC))


def delay(outcome: str) -> str:
    """How long after its alert an outcome occurred, null where it was before it by more than clocks differ."""
    after = f"epoch_us({outcome}_at) - epoch_us(time)"
    return f"(CASE WHEN {after} >= {-micros(CLOCK_TOLERANCE)} THEN {after} END)"


# The first of several outcomes: `least` skips null.
FIRST_OF = {
    name: f"least({', '.join(outcomes)})"
    for name, outcomes in {
        "reconsidered": RECONSIDERED,
        "rr": RECONSIDERED_OR_REVIEWED,
        "answered": ANSWERED,
    }.items()
}


def marked(asked: str, question: Question) -> str:
    """SQL for the alerts of the relation `asked` with their `flags`: the bits of what followed within the window.

    Its columns `cancelled`, `shown` ... are how long after the alert that was, in microseconds, and `reconsidered`,
    `rr` and `answered` the first of several.
    """
    lengths = [micros(question.window), *map(micros, WINDOWS.values())]
    # Windows beside each other count the same alerts: those that matured under the longest and weren't withheld in it.
    counted = [micros(question.window), *[micros(question.longest_window)] * len(WINDOWS)]
    slots = ", ".join(f"{_slots(what, lengths)} AS {what}_slots" for what in FIRST_OF)
    return f"""SELECT *, {_flags(question)} AS flags FROM (
        SELECT *, matured_slots & ~withheld_slots AS counted_slots FROM (
            SELECT *, {slots}, {_slots("withheld", counted)} AS withheld_slots,
                {_matured_slots(question, counted)} AS matured_slots,
                {_matured(question, question.window + SUSTAINED_FOR)} AS waited
            FROM ({asked})
        )
    )"""  # noqa: S608 - names and numbers of ours


def _flags(question: Question) -> str:
    """Which bits an alert has; a comparison with null sets none."""
    window, week, long = micros(question.window), micros(SUSTAINED_FOR), micros(LONGEST_WINDOW)
    counted, held = "counted_slots & 1 = 1", "waited AND withheld_slots & 1 = 0"
    own = f"proceeded > reconsidered AND proceeded < reconsidered + {week} AND proceeded < {long}"
    unanswered = "answered_slots & 1 = 0"
    tests = {
        "first_sustained_counted": held,
        "first_sustained_unanswered": f"{held} AND {unanswered}",
        "first_sustained": f"{held} AND reconsidered < {window} AND ({own}) IS NOT TRUE",
        "first_counted": counted,
        "first_unanswered": f"{counted} AND {unanswered}",
        "first_reconsidered": f"{counted} AND reconsidered < {window}",
        "first_reconsidered_or_reviewed": f"{counted} AND rr < {window}",
        "proceeded": f"{counted} AND proceeded < {window}",
        "pending_answered": f"matured_slots & 1 = 0 AND answered < {window}",
        "sustained_matured": "waited",
        "sustained_counted": held,
        "sustained_reconsidered": f"{held} AND reconsidered < {window}",
        "came_back": f"{held} AND reconsidered < {window} AND {own}",
        "sustained_answered": f"{held} AND answered < {window}",
        "sustained_some_unanswered": f"{held} AND {unanswered}",
        "confirmed": "coalesce(confirmed_scam_at, confirmed_legitimate_at) IS NOT NULL",
        # The last word counts, where an investigation had two.
        "scam": "confirmed_scam_at IS NOT NULL AND (confirmed_legitimate_at > confirmed_scam_at) IS NOT TRUE",
        **{f"had_{outcome}": f"matured_slots & 1 = 1 AND {outcome} < {window}" for outcome in WINDOWED},
    }
    families = {
        "counted": "counted_slots",
        "reconsidered_or_reviewed": "rr_slots & counted_slots",
        "reconsidered": "reconsidered_slots & counted_slots",
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
    """The windows that have passed, one bit each."""
    return _first_case(
        (_matured(question, timedelta(microseconds=length)), _slots_of(lengths, length.__ge__)) for length in lengths
    )


def _slots(what: str, lengths: Sequence[int]) -> str:
    """The windows that something happened in, one bit each."""
    return _first_case((f"{what} < {length}", _slots_of(lengths, length.__le__)) for length in lengths)


def _slots_of(lengths: Sequence[int], holds: Callable[[int], bool]) -> int:
    return sum(1 << slot for slot, length in enumerate(lengths) if holds(length))


def _first_case(cases: Iterable[tuple[str, int]]) -> str:
    """The case that holds and has most slots: what is true of a window is true of all on its one side."""
    widest = sorted(set(cases), key=lambda case: -case[1].bit_count())
    return "CASE " + " ".join(f"WHEN {test} THEN {slots}" for test, slots in widest) + " ELSE 0 END"
