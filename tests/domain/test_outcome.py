"""What an outcome counts as."""

import pytest

from app.domain.outcome import OUTCOME_NAMES, OUTCOMES, CountsAs, Outcome, counting_as


def test_an_outcome_says_what_it_counts_as() -> None:
    with pytest.raises(TypeError, match="counts_as"):
        Outcome("delayed")  # type: ignore[call-arg]  # the mistake that this test is about


def test_names_are_unique_and_every_outcome_is_in_one_class() -> None:
    assert sorted(counting_as(*CountsAs)) == sorted(set(OUTCOME_NAMES))
    assert len(OUTCOMES) == len(OUTCOME_NAMES)


@pytest.mark.parametrize("counted", [CountsAs.SHOWN, CountsAs.PROCEEDED, CountsAs.ABANDONED, CountsAs.WITHHELD])
def test_these_classes_have_one_outcome(counted: CountsAs) -> None:
    """Reports read the column of its name. For a second one, look in app/reports for that name."""
    assert counting_as(counted) == (counted.value,)
