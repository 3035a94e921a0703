"""Callouts of variants: each is shown to a share of the users, so its words stand in full."""

from collections.abc import Iterator
from itertools import groupby

from app.review.callout_kinds import Callout, CalloutKind
from app.review.difference import Difference
from app.review.text_changes import TextChange, data_of, sections_of, variant_of


def variant_callouts(found: Difference) -> Iterator[Callout]:
    ordered = (change for change in found.texts if variant_of(change.part) is not None)
    for (region, message, language, variant), group in groupby(ordered, _variant):
        old = sections_of(data_of(found.before.drafts.texts.get((region, language))), message)
        new = sections_of(data_of(found.after.drafts.texts.get((region, language))), message)
        if not old:
            continue  # the whole message is new
        where, changes = f"{region}/{language}: {message}: variant {variant}", list(group)
        if any(variant_of(part) == variant for part in old):
            for each in changes:
                part = each.part.partition(": ")[2]
                yield Callout(CalloutKind.VARIANTS, f"{where}: {part}", each.before, each.after, each.path)
        else:
            words = " / ".join(each.after for each in changes if each.after)
            names = {variant_of(part) for part in new}
            share = f"shown to one user in {len(names)}"
            yield Callout(CalloutKind.VARIANTS, f"{where}, {share}", None, words, changes[0].path)


def _variant(change: TextChange) -> tuple[str, str, str, str | None]:
    return change.region, change.message, change.language, variant_of(change.part)
