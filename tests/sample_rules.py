"""The rules of the fixture, checked and compiled once for all tests of a process."""

from datetime import date
from functools import cache

from app.bundle.revision import revision_of
from app.checks.checker import Checked, check
from app.service.rulebook import Rulebook, compile_now
from tests.deployment import FIXTURE


@cache
def sample_check() -> Checked:
    return check(FIXTURE / "rules", FIXTURE / "locales", date(2026, 11, 20))


@cache
def sample_rulebook() -> Rulebook:
    """No fixture: Hypothesis would print all of it beside a failure."""
    found = sample_check()
    assert found.bundle is not None
    assert found.content is not None
    return compile_now(revision_of(found.bundle), found.content)
