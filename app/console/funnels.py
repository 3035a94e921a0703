"""Two funnels: from withdrawals to shown alerts, and from warned users to those who reconsidered."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.console import figure_text
from app.domain.outcome import RECONSIDERED, RECONSIDERED_OR_REVIEWED, either
from app.reports.answer import Figures
from app.reports.question import Question
from app.reports.question_options import ExposedBy, Maturity, Unit


@dataclass(frozen=True, slots=True)
class Step:
    """`part` is the share of the funnel's first step."""

    name: str
    says: str
    count: int
    part: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """Steps of one unit, each a part of the step before it. A figure that is no such part is in no funnel."""

    title: str
    steps: Sequence[Step]


def funnels(figures: Figures, question: Question) -> list[Funnel]:
    """From all assessed withdrawals to shown alerts, then from the warned to those who reconsidered.

    The second funnel counts matured units of the question's unit, and is left out where a partner may not see its
    rates. Only the first has `shown`: an exchange may report what users did but not that it showed the alert.
    """
    volume, rates = figures.volume, figures.rates
    alerts = f"{figure_text.count(volume.alerted)} {figure_text.noun(volume.alerted, 'alerts')}"
    withdrawals = _steps(
        ("Assessed", "", volume.withdrawals),
        ("Got an alert", "", volume.alerted),
        ("Reported as shown", f"by the exchange, of {alerts}", volume.shown),
    )
    funnel = [Funnel("Withdrawals, matured or not", withdrawals)]
    if not rates.reconsidered_or_reviewed.suppressed:
        counted = rates.reconsidered_or_reviewed.denominator
        exposed = "shown" if question.exposed_by is ExposedBy.SHOWN else "answered"
        passed = "" if question.maturity is Maturity.ALL else ", and its window has passed"
        people = _steps(
            ("Warned", f"an alert was {exposed}{passed}", figures.exposed),
            ("Left to decide", "not withheld by the exchange", counted),
            ("Outcome known", "an outcome that decides was reported", counted - figures.unanswered),
            ("Reconsidered or reviewed", either(RECONSIDERED_OR_REVIEWED), rates.reconsidered_or_reviewed.numerator),
            ("Reconsidered", either(RECONSIDERED), rates.reconsidered.numerator),
        )
        title = "Alerts" if question.unit is Unit.ALERT else "Users with an alert"
        funnel.append(Funnel(title, people))
    return funnel


def _steps(*steps: tuple[str, str, int]) -> list[Step]:
    first = steps[0][2]
    return [Step(name, says, count, count / first if first else 0.0) for name, says, count in steps]
