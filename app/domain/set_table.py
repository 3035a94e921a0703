"""Which rows stand for a set, by the values in it."""

from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from app.domain.bit_mask import SPARSE_LIMIT, Sparse, build_mask, join
from app.domain.clauses import Demand, Demands

# A row that requires more of one set than this is asked itself.
LAYER_LIMIT = 8


@dataclass(frozen=True, slots=True)
class SetTable:
    """A layer holds at most one requirement of each row: the row stands if a value of the set is among its hits."""

    empty: int  # what stands for an empty set, which is given
    others: int
    layers: tuple[tuple[int, dict[str, int | Sparse]], ...]  # rows without a requirement in this layer, hits by value
    barred: dict[str, int | Sparse]
    members: frozenset[str]  # every value that a row names

    def rows(self, values: Sequence[str]) -> int:
        if not values:
            return self.empty
        rows = self.others
        for free, hits in self.layers:
            standing = free
            for value in values:
                if value in hits:
                    standing = join(standing, hits[value])
            rows &= standing
        fallen = 0
        for value in values:
            if value in self.barred:
                fallen = join(fallen, self.barred[value])
        return rows & ~fallen if fallen else rows


def build_set_table(demands: Demands, free: int, width: int, empty: int) -> Generator[None, None, SetTable]:
    others = []
    layers: list[tuple[list[int], defaultdict[str, list[int]]]] = []
    barred: defaultdict[str, list[int]] = defaultdict(list)
    for count, (row, demanded) in enumerate(demands.items()):
        if all(_in_layers(demand) or demand.holds(()) for demand in demanded):
            others.append(row)
        for depth, values in enumerate(requirements(demanded)[:LAYER_LIMIT]):
            if depth == len(layers):
                layers.append(([], defaultdict(list)))
            requiring, hits = layers[depth]
            requiring.append(row)
            for value in dict.fromkeys(values):
                hits[value].append(row)
        for value in {v for demand in demanded if demand.members is not None for v in demand.members.barred}:
            barred[value].append(row)
        if count % 4 == 0:
            yield
    everything = (1 << width) - 1
    packed_layers = []
    for requiring, hits in layers:
        unconcerned = everything ^ (yield from build_mask(requiring, width))
        packed_layers.append((unconcerned, (yield from _packed(hits, width))))
    others_mask = yield from build_mask(others, width)
    members = frozenset(barred).union(*(hits for _, hits in layers))
    return SetTable(empty, free | others_mask, tuple(packed_layers), (yield from _packed(barred, width)), members)


def requirements(demanded: list[Demand]) -> list[tuple[str, ...]]:
    """Groups of values; a set must hold one value of each."""
    return [values for demand in demanded if demand.members is not None for values in demand.members.required]


def _in_layers(demand: Demand) -> bool:
    return demand.members is not None and bool(demand.members.required)


def _packed(by_value: Mapping[str, Sequence[int]], width: int) -> Generator[None, None, dict[str, int | Sparse]]:
    packed: dict[str, int | Sparse] = {}
    for value, rows in by_value.items():
        packed[value] = tuple(rows) if len(rows) <= SPARSE_LIMIT else (yield from build_mask(rows, width))
        yield
    return packed
