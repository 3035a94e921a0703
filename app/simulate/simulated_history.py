"""Months of a simulated exchange, written directly into the dataset.

The service's own code assesses each withdrawal and records each outcome, on a simulated clock. The archiver's own code
makes the rows and files.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from app.dataset.dataset_store import DatasetStore
from app.dataset.file_listing import every_file
from app.domain.errors import ForewarnError
from app.domain.heap import collection_paused
from app.service.rulebook import Rulebook
from app.simulate.behaviour import Behaviour
from app.simulate.exchange import Exchange
from app.simulate.ground_truth import GroundTruth, encode
from app.simulate.history_plan import Plan, arrivals
from app.simulate.history_service import CLIENT, EPOCH, HistoryService, Progress
from app.simulate.simulation import Simulation
from app.simulate.user_response import Response

TRUTH = "truth.json"


class NotWritten(ForewarnError):
    """The history cannot be written there; nothing was changed."""


def write(
    store: DatasetStore, plan: Plan, book: Rulebook, progress: Progress, behaviour: Behaviour | None = None
) -> dict[str, Any]:
    """Writes the files, then `truth.json`, which marks the history as complete; returns the ground truth.

    Removes the files of an unfinished run first. Raises NotWritten where a complete history exists, and OSError.
    """
    if finished(store):
        raise NotWritten(f"The dataset already has a simulated history: {TRUTH} exists")
    for file in every_file(store):
        if file.epoch == EPOCH:
            store.delete(file.path)
    truth = GroundTruth(plan.until)
    response = Response(plan.seed, behaviour or Behaviour())
    with ThreadPoolExecutor(1) as writer, collection_paused():
        service = HistoryService(store, plan, book, progress, writer)
        simulation = Simulation(Exchange(plan.seed, plan.users, f"history-{int(plan.since)}"), response, service, truth)
        simulation.run(arrivals(plan), plan.until)
        service.finish()
    truth.count("events", service.events)
    parameters = {
        "seed": plan.seed,
        "client": CLIENT,
        "revision": book.revision,
        "withdrawals_a_day": plan.per_day,
        "users": plan.users,
        "files": service.files,
    }
    report = truth.as_json(response.behaviour, plan.since, plan.until, **parameters)
    with store.create(TRUTH) as sink:
        sink.write(encode(report))
    return report


def finished(store: DatasetStore) -> bool:
    """Whether the dataset has a complete history. Raises OSError."""
    return any(stored.path == TRUTH for stored in store.list())
