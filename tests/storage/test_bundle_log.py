"""Rollbacks go down a stack of revisions."""

import pytest

from app.storage.bundle_log import LogEntry, distinct, stack


def log(story: str) -> list[LogEntry]:
    """`+a` publishes a, `-a` rolls back to a."""
    actions = {"+": "publish", "-": "rollback"}
    return [LogEntry(actions[step[0]], step[1:], None, "by", None, "at") for step in story.split()]


@pytest.mark.parametrize(
    ("story", "current", "expected"),
    [
        ("", None, ""),
        ("+a +b +c", "c", "abc"),
        ("+a +b +c -b", "b", "ab"),
        ("+a +b +c -b -a", "a", "a"),
        ("+a +b +c -a -c", "c", "ac"),  # forward again to one that was popped
        ("+a +b +a", "a", "aba"),
        ("+a +b -a +c", "c", "ac"),
        ("+a +b +c", "b", "ab"),  # the publisher of c died before the switch
        ("+a +b", None, "ab"),  # `current` was lost
        ("+a +a", "a", "a"),  # published again after `current` was lost
    ],
)
def test_stack(story: str, current: str | None, expected: str) -> None:
    assert "".join(stack(log(story), current)) == expected


def test_distinct_revisions_come_most_recently_used_first() -> None:
    assert distinct(log("+a +b +c -a")) == ["a", "c", "b"]
