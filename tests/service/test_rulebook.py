"""A rulebook that is replaced is freed in slices."""

import gc
import sys
from collections.abc import Iterator
from datetime import date
from itertools import pairwise, product

import pytest

from app.bundle.decode import decode_all
from app.checks.checker import check
from app.domain.cooperative import free
from app.domain.index import Matches
from app.domain.rule import Rule
from app.service.rulebook import Rulebook, compile_now
from app.service.withdrawal_decoder import withdrawal_of
from tests.deployment import FIXTURE


def held() -> int:
    """How many rules and cached matches exist that were created after `gc.freeze`."""
    return sum(isinstance(found, Rule | Matches) for found in gc.get_objects())


@pytest.fixture
def earlier_objects_aside() -> Iterator[None]:
    """Scanning the objects of earlier tests would take long."""
    gc.freeze()
    yield
    gc.unfreeze()


def a_rulebook() -> Rulebook:
    bundle = check(FIXTURE / "rules", FIXTURE / "locales", date(2026, 11, 20)).bundle
    assert bundle
    return compile_now("sha256:0", decode_all(bundle))


def ask(book: Rulebook) -> None:
    """Fills the caches with withdrawals that mostly differ in kind."""
    purposes = [None, *sorted(book.content.known_values["declared_purpose"])]
    for region, place in book.jurisdictions.items():
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
            book.fact_encoder.encode(context)
    assert max(len(place.rules.own.known) for place in book.jurisdictions.values()) > 256


@pytest.mark.usefixtures("earlier_objects_aside")
def test_a_replaced_rulebook_is_freed_whole_and_never_in_one_go() -> None:
    """Including the matches that its indexes cache."""
    before = held()
    book = a_rulebook()
    rules = held() - before
    ask(book)
    whole = held() - before
    assert rules > 40
    assert whole - rules > 500

    replaced: list[object] = [book]
    del book
    blocks = [sys.getallocatedblocks(), *(sys.getallocatedblocks() for _ in free(replaced)), sys.getallocatedblocks()]

    assert not replaced
    assert held() == before
    # 256 objects between two pauses, none of which takes more than four blocks of memory.
    assert blocks[0] - blocks[-1] > 8_000
    assert max(earlier - later for earlier, later in pairwise(blocks)) <= 1_024


def test_the_ids_are_sorted() -> None:
    book = a_rulebook()

    assert book.ids == sorted(book.by_id)
