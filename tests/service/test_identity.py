"""Ids are verified without a look-up, and users keep their variant."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.domain.variant import choose_variant
from app.service.identity import Identity

OLD, NEW = Identity("old" * 12), Identity("new" * 12, "old" * 12)
texts = st.text(min_size=1, max_size=40)


@given(texts, texts)
def test_the_same_withdrawal_has_the_same_id_and_it_is_ours(user: str, withdrawal: str) -> None:
    made = OLD.assessment_id(user, withdrawal)

    assert made == OLD.assessment_id(user, withdrawal)
    assert OLD.issued(made)
    assert made.startswith("as_")


@given(texts, texts, st.integers(0, 35), st.sampled_from("ABab01_-=+ é"))
def test_a_changed_id_is_not_ours(user: str, withdrawal: str, place: int, letter: str) -> None:
    made = OLD.assessment_id(user, withdrawal)
    changed = made[:place] + letter + made[place + 1 :]

    assert OLD.issued(changed) is (changed == made)


def test_parts_do_not_run_together() -> None:
    assert OLD.assessment_id("ab", "c") != OLD.assessment_id("a", "bc")


def test_ids_of_the_previous_secret_stay_valid() -> None:
    made = OLD.assessment_id("u", "w")

    assert NEW.issued(made)
    assert NEW.assessment_id("u", "w") != made
    assert not OLD.issued(NEW.assessment_id("u", "w"))
    assert not Identity("new" * 12).issued(made)


def test_no_id_is_made_of_anything_else() -> None:
    for wrong in ("", "as_", "as_a", "as_" + "a" * 33, "xx_" + OLD.assessment_id("u", "w")[3:], "as_a" + "=" * 32):
        assert not OLD.issued(wrong)


def test_variants_have_equal_shares_and_a_new_one_moves_only_its_own() -> None:
    users = [f"user-{n}" for n in range(6000)]
    before = {user: choose_variant(("a", "b"), "hk/r", user, OLD.variant_key) for user in users}
    after = {user: choose_variant(("a", "b", "c"), "hk/r", user, OLD.variant_key) for user in users}

    assert all(abs(share - 3000) < 250 for share in Counter(before.values()).values())
    assert all(abs(share - 2000) < 250 for share in Counter(after.values()).values())
    assert {after[user] for user in users if after[user] != before[user]} == {"c"}


def test_another_rule_draws_anew() -> None:
    users = [f"user-{n}" for n in range(2000)]
    same = sum(
        choose_variant("ab", "hk/r", user, OLD.variant_key) == choose_variant("ab", "hk/s", user, OLD.variant_key)
        for user in users
    )

    assert 850 < same < 1150
