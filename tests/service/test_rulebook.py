"""A rulebook that is replaced goes, a little at a time."""

import gc
from datetime import date
from itertools import islice

from app.authoring.bundle import decode_all
from app.authoring.check import check
from app.domain.rule import Rule
from app.service.rulebook import Rulebook, compile_now, let_go
from tests.deployment import ROOT


def held() -> int:
    """How many rules there are in this process."""
    return sum(isinstance(found, Rule) for found in gc.get_objects())


def a_rulebook() -> Rulebook:
    bundle = check(ROOT / "rules", ROOT / "locales", date(2026, 11, 20)).bundle
    assert bundle
    return compile_now("sha256:0", decode_all(bundle))


def test_letting_go_frees_all_of_it_and_never_all_at_once() -> None:
    before = held()
    replaced = [a_rulebook()]
    whole = held() - before
    assert whole > 100

    going = let_go(replaced)
    left = [held() - before for _ in going]

    assert not replaced
    assert (left[0], left[-1]) == (whole, 0)
    assert max(earlier - later for earlier, later in zip(left, islice(left, 1, None), strict=False)) <= 256


def test_the_ids_are_sorted() -> None:
    book = a_rulebook()

    assert book.ids == sorted(book.by_id)
