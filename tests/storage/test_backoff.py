"""Waits grow with the failures in a row, up to a cap."""

from app.storage.backoff import Backoff


def test_waits_stay_under_a_bound_that_doubles_up_to_the_cap() -> None:
    for _ in range(200):
        backoff = Backoff(cap=1.0, base=0.1)
        bounds = [0.1, 0.2, 0.4, 0.8, 1.0, 1.0]
        assert all(0 <= backoff.fail() <= bound for bound in bounds)


def test_no_number_of_failures_overflows() -> None:
    backoff = Backoff(cap=2.0, base=0.05)

    assert all(0 <= backoff.fail() <= 2.0 for _ in range(2000))
    assert backoff.failures == 2000


def test_a_success_starts_again() -> None:
    backoff = Backoff(cap=100.0, base=0.01)
    for _ in range(10):
        backoff.fail()
    backoff.succeed()

    assert backoff.fail() <= 0.01
