"""Long work in slices: run to its end, and memory freed piece by piece."""

import gc
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest

from app.domain.cooperative import finish, free


@dataclass(frozen=True, slots=True)
class Node:
    """Something to own and to count."""

    owns: object


def test_finish_returns_what_the_work_returns() -> None:
    def work() -> Generator[None, None, int]:
        yield
        yield
        return 7

    assert finish(work()) == 7


@pytest.fixture
def earlier_objects_aside() -> Iterator[None]:
    gc.freeze()
    yield
    gc.unfreeze()


def nodes() -> int:
    return sum(isinstance(found, Node) for found in gc.get_objects())


@pytest.mark.usefixtures("earlier_objects_aside")
@pytest.mark.parametrize("shape", ["a list", "a dict", "a chain", "shared"])
def test_what_only_the_holder_holds_goes_piece_by_piece(shape: str) -> None:
    """However it is owned: in one container, one by the other, or twice."""
    several = [Node(Node([])) for _ in range(2_000)]
    chain: object = None
    for _ in range(4_000):
        chain = Node(chain)
    shapes: dict[str, list[object]] = {
        "a list": [Node(several)],
        "a dict": [Node(dict(enumerate(several)))],
        "a chain": [chain],
        "shared": [{"first": several, "again": tuple(several)}],
    }
    holder = shapes[shape]
    del several, chain, shapes
    left = [nodes(), *(nodes() for _ in free(holder)), nodes()]

    assert left[0] >= 4_000
    assert left[-1] == 0
    assert max(earlier - later for earlier, later in pairwise(left)) <= 256


def test_what_is_in_use_stays_whole() -> None:
    used = Node({"a": [Node(None)]})
    holder: list[object] = [Node([used]), used]

    finish(free(holder))

    assert not holder
    assert used == Node({"a": [Node(None)]})
