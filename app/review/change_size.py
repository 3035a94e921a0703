"""Whether a change is too large to be read with care."""

from collections.abc import Iterator

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import plural

# The largest message, in every language of its region, has 42 texts; half of them have 12 or fewer.
_MANY_TEXTS = 60
# A partner has one region. Three are a neighbour's text that was taken over, or a contact that several name.
_MANY_REGIONS = 3


def change_size(found: Difference) -> Iterator[Callout]:
    texts = len(found.texts) + len(found.spaced)
    regions = {text.region for text in (*found.texts, *found.spaced)}
    regions.update(rule.rule_id.partition("/")[0] for rule in found.rules)
    if texts > _MANY_TEXTS or len(regions) > _MANY_REGIONS:
        counts = (texts, "text"), (len(found.rules), "rule"), (len(regions), "region")
        yield Callout(CalloutKind.SIZE, ", ".join(plural(count, noun) for count, noun in counts))
