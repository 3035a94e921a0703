"""Numbers that no condition tells apart share a segment, and one number stands for each."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.value_classes import number_in, segment_of
from tests.strategies import numbers


@given(st.sets(numbers, max_size=5))
def test_the_number_of_a_segment_lies_in_it(named: set[float]) -> None:
    cuts = sorted(named)
    for segment in range(2 * len(cuts) + 1):
        number = number_in(segment, cuts)
        assert number is None or segment_of(number, cuts) == segment


def test_a_segment_has_a_number_unless_no_request_can_give_one() -> None:
    """Integers lie between floats beyond 2**53; between two neighbouring floats below it lies nothing."""
    assert number_in(2, [2**53, 2**53 + 2]) == 2**53 + 1
    assert number_in(2, [0.1 + 0.2, 0.30000000000000010]) is None
    assert number_in(2, [1, 2]) == 1.5
