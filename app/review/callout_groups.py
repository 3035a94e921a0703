"""Many equal findings on one line, so that they cannot crowd out another."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.review.callout_kinds import Callout, CalloutKind
from app.review.rule_sentences import plural

# So many equal findings stand on lines of their own: one message in the languages of most regions.
_ALONE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` is equal for findings that can share a line; `place` says where, such as `hk/en: investment`."""

    what: str
    region: str
    place: str
    before: str | None = None
    after: str | None = None
    path: str = ""


def gathered(kind: CalloutKind, found: Iterable[Finding], noun: str) -> Iterator[Callout]:
    """A callout for each finding, or one for many equal ones with the first as an example. `noun` is what they are."""
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for each in found:
        groups[each.what].append(each)
    for what, group in groups.items():
        if len(group) <= _ALONE:
            yield from (Callout(kind, f"{each.place}: {what}", each.before, each.after, each.path) for each in group)
        else:
            first = group[0]
            example = f", such as {first.place}" if first.before or first.after else f": {_names(group)}"
            yield Callout(kind, f"{what} in {_many(group, noun)}{example}", first.before, first.after, first.path)


def _many(group: list[Finding], noun: str) -> str:
    counts = Counter(each.region for each in group)
    of = f"{plural(len(counts), 'region')} ({listed(f'{region} {count}' for region, count in counts.items())})"
    return f"{plural(len(group), noun)} of {of}"


def _names(group: list[Finding]) -> str:
    return listed(each.place for each in group)


def listed(names: Iterable[str], most: int = 12) -> str:
    """
    >>> listed(["hk", "sg", "my"], most=2)
    'hk, sg and 1 more'
    """
    every = list(names)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
