"""What a reviewer must not overlook: contacts, official texts, accepted warnings, alerts removed or made weaker.

A pull request can come from a scammer. Anything that could send users to a wrong number or remove an alert stands at
the top of the review, however small it is.
"""

from collections.abc import Callable, Iterable, Iterator

from app.review.acceptance_callouts import acceptance_callouts
from app.review.callout_kinds import Callout, CalloutKind
from app.review.change_size import change_size
from app.review.denials import denials
from app.review.difference import Difference
from app.review.examples_callouts import examples_callouts
from app.review.language_callouts import language_callouts
from app.review.lone_languages import lone_languages
from app.review.new_sentences import new_sentences
from app.review.origin_callouts import origin_callouts
from app.review.region_callouts import region_callouts
from app.review.rule_callouts import rule_callouts
from app.review.shown_callouts import shown_callouts
from app.review.text_callouts import text_callouts
from app.review.text_losses import text_losses
from app.review.unusual import unusual
from app.review.variant_callouts import variant_callouts
from app.review.vocabulary_callouts import vocabulary_callouts


def _files(found: Difference) -> Iterator[Callout]:
    yield from (Callout(CalloutKind.OUTSIDE, path) for path in found.outside)
    yield from (Callout(CalloutKind.LINKS, path) for path in found.links)


# Within a kind, callouts stand in this order.
_SOURCES: tuple[Callable[[Difference], Iterable[Callout]], ...] = (
    region_callouts,
    text_callouts,
    language_callouts,
    acceptance_callouts,
    rule_callouts,
    shown_callouts,
    change_size,
    denials,
    text_losses,
    new_sentences,
    variant_callouts,
    unusual,
    lone_languages,
    origin_callouts,
    examples_callouts,
    vocabulary_callouts,
    _files,
)


def callouts(found: Difference) -> list[Callout]:
    """By kind, the most important first."""
    unordered = [callout for source in _SOURCES for callout in source(found)]
    return sorted(unordered, key=lambda callout: callout.rank)
