"""A LineSet equals a set of numbers."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.dataset.line_set import LineSet

ranges = st.tuples(st.integers(1, 30), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@settings(deadline=None)  # a shared machine may stop a call for longer
@given(st.lists(ranges, max_size=12), ranges)
def test_as_a_set_of_numbers(added: list[tuple[int, int]], asked: tuple[int, int]) -> None:
    lines, numbers = LineSet(added), {n for first, last in added for n in range(first, last + 1)}
    assert {n for first, last in lines.ranges for n in range(first, last + 1)} == numbers
    assert all(one[1] + 1 < other[0] for one, other in zip(lines.ranges, lines.ranges[1:], strict=False))
    missing = [n for first, last in lines.missing(*asked) for n in range(first, last + 1)]
    assert missing == [n for n in range(asked[0], asked[1] + 1) if n not in numbers]
    assert lines.unbroken == next(n for n in range(100) if n + 1 not in numbers)
