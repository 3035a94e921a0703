"""Run as a process: prints status, answer and event of each body in the tests, one line each."""

import sys
from datetime import date
from pathlib import Path

from app.api.handlers import Counters, Handlers
from app.bundle.decode import decode_all
from app.bundle.revision import revision_of
from app.checks.checker import check
from app.journal.journal import Journal
from app.main import compiled
from app.service.active_rulebook import ActiveRulebook
from app.service.api_keys import Client
from app.service.assessment import Assessor
from app.service.identity import Identity
from app.service.outcome_recording import Outcomes
from app.service.rulebook import compile_now
from tests.api.bodies import BODIES
from tests.deployment import FIXTURE

NOON = 1_795_000_000.0


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def main() -> None:
    journal = Journal(Path(sys.argv[1]))
    bundle = check(FIXTURE / "rules", FIXTURE / "locales", date(2026, 11, 20)).bundle
    assert bundle is not None
    active = ActiveRulebook(3_600.0, lambda: NOON)
    active.activate(compile_now(revision_of(bundle), decode_all(bundle)))
    active.confirm()
    identity = Identity("tests" * 8)
    outcomes = Outcomes(identity, journal, lambda: NOON)
    assessor = Assessor(identity, active, lambda: NOON)
    handlers = Handlers(assessor, journal, outcomes, Counters(lambda _: None, lambda _: None))
    say("compiled" if compiled() else "plain")
    for body in BODIES:
        reply, event = handlers.decide(Client("tests", frozenset({"assess"})), body.content)
        say(reply.status, reply.body, event)
    journal.close()


main()
