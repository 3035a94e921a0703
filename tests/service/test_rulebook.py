"""A rulebook that is replaced goes, a little at a time."""

import gc
from collections.abc import Iterator
from datetime import date
from itertools import islice, product

import pytest

from app.bundle.decode import decode_all
from app.checks.checker import check
from app.domain.index import Matches
from app.domain.rule import Rule
from app.service.rulebook import Rulebook, compile_now, let_go
from app.service.withdrawal_decoder import withdrawal_of
from tests.deployment import ROOT


def held() -> int:
    """How many rules, and matches that are remembered, came to this process since `gc.freeze`."""
    return sum(isinstance(found, Rule | Matches) for found in gc.get_objects())


@pytest.fixture
def earlier_objects_aside() -> Iterator[None]:
    """Looking through all that other tests left takes long, and is done after every step."""
    gc.freeze()
    yield
    gc.unfreeze()


def a_rulebook() -> Rulebook:
    bundle = check(ROOT / "rules", ROOT / "locales", date(2026, 11, 20)).bundle
    assert bundle
    return compile_now("sha256:0", decode_all(bundle))


def ask(book: Rulebook) -> None:
    """Withdrawals of which most are of a kind of their own."""
    purposes = [None, *sorted(book.content.known_values["declared_purpose"])]
    for region, place in book.places.items():
        for amount, purpose, first_use, signals in product(
            (1, 150, 600, 1_500, 6_000, 30_000), purposes, (None, True, False), ([], ["remote_access"])
        ):
            request = {
                "withdrawal_id": "w",
                "user_id": "u",
                "region": region,
                "amount_usd": amount,
                "declared_purpose": purpose,
                "destination": {"first_use": first_use},
                "session": {"signals": signals},
            }
            context = withdrawal_of(request).context()
            place.rules.match(context, date(2026, 11, 20))
            book.spelled.json(context)
    assert max(len(place.rules.own.known) for place in book.places.values()) > 256


@pytest.mark.usefixtures("earlier_objects_aside")
def test_letting_go_frees_all_of_it_and_never_all_at_once() -> None:
    """What its indexes came to remember included."""
    before = held()
    replaced = [a_rulebook()]
    rules = held() - before
    ask(replaced[0])
    whole = held() - before
    assert rules > 100
    assert whole - rules > 500

    going = let_go(replaced)
    left = [held() - before for _ in going]

    assert not replaced
    assert (left[0], left[-1]) == (whole, 0)
    assert max(earlier - later for earlier, later in zip(left, islice(left, 1, None), strict=False)) <= 256


def test_the_ids_are_sorted() -> None:
    book = a_rulebook()

    assert book.ids == sorted(book.by_id)
