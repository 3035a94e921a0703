"""What `forewarn up --demo` adds: a history of some weeks, and light traffic from then on."""

from collections.abc import Callable
from pathlib import Path

from app.dataset.dataset_url import store_of
from app.service.rulebook import Rulebook
from app.simulate import simulated_history
from app.simulate.history_plan import Plan, users_for
from app.simulate.user import DAY

SEED = 1
DAYS = 42
PER_DAY = 600  # 42 days are 73,000 events and take 2.3 s of processor time
RATE = 3.0  # withdrawals a second
DURATION = 3 * DAY

KEY = "demo"  # the name of the key that the traffic uses, with scope assess

Say = Callable[[str], None]


def fill(dataset: str, secret: str, book: Rulebook, now: float, say: Say) -> None:
    """Writes the history before `now` unless it exists. Raises ForewarnError and OSError.

    With the service's own `secret`, the users of the history are those of the traffic.
    """
    store = store_of(dataset)
    if simulated_history.finished(store):
        return
    say(f"Demo       writing {DAYS} days of a simulated exchange, once ...")
    plan = Plan(SEED, now - DAYS * DAY, now, PER_DAY, users_for(PER_DAY), secret)
    truth = simulated_history.write(store, plan, book, lambda _: None)
    written = f"{truth['events']['events']:,} events in {dataset}"
    say(f"Demo       {written}; the ground truth is in {store.location(simulated_history.TRUTH)}")


def traffic(url: str, key_file: Path, truth: Path) -> list[str]:
    """The arguments of `forewarn` that send light traffic to the service."""
    return [
        *("simulate", "--url", url, "--key-file", str(key_file), "--seed", str(SEED)),
        *("--rate", str(RATE), "--duration", str(DURATION), "--users", str(users_for(PER_DAY)), "--truth", str(truth)),
    ]
