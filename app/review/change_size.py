"""Whether a change is too large to be read with care.

The texts of a new language come in one change, since a region offers each of its languages for every message. So they
do not count as too many; somebody who speaks the language has to read them.
"""

from collections import Counter
from collections.abc import Iterator

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.rule_sentences import plural
from app.review.text_changes import TextChange

# The largest message, in every language of its region, has 42 texts; half of them have 12 or fewer.
_MANY_TEXTS = 60
# A partner has one region. Three are a neighbour's text that was taken over, or a contact that several name.
_MANY_REGIONS = 3


def change_size(found: Difference) -> Iterator[Callout]:
    new = Counter((text.region, text.language) for text in found.texts if _is_new(found, text))
    for (region, language), count in new.items():
        yield Callout(CalloutKind.WHOLE, f"{region}/{language}: {plural(count, 'text')}")
    texts = len(found.texts) + len(found.spaced) - new.total()
    regions = {text.region for text in (*found.texts, *found.spaced)}
    regions.update(rule.rule_id.partition("/")[0] for rule in found.rules)
    if texts > _MANY_TEXTS or len(regions) > _MANY_REGIONS:
        counts = (texts, "text"), (len(found.rules), "rule"), (len(regions), "region")
        yield Callout(CalloutKind.SIZE, ", ".join(plural(count, noun) for count, noun in counts))


def _is_new(found: Difference, text: TextChange) -> bool:
    """Whether the region had no file of this language."""
    return (text.region, text.language) not in found.before.drafts.texts
