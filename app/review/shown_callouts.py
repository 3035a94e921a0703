"""Callouts of what users get: withdrawals that are now answered by another rule, or by none."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from app.authoring.rule_file import RuleFile
from app.domain.region import GLOBAL, GlobalRules
from app.domain.rule import Severity
from app.review.callout_groups import listed
from app.review.callout_kinds import Callout, CalloutKind
from app.review.consequences import WITHOUT_FOLDER, ShownChange
from app.review.difference import Difference
from app.review.narrowing import in_words
from app.review.overtaking import Overtaking, overtakings
from app.review.rule_sentences import describe_example, plural
from app.review.snapshot import Snapshot
from app.review.text_changes import data_of
from app.service.rulebook import Rulebook


def shown_callouts(found: Difference) -> Iterator[Callout]:
    yield from _warned_less(found)
    yield from _warned_otherwise(found)


def _warned_less(found: Difference) -> Iterator[Callout]:
    """A milder warning or none, for any reason: another condition, a rule that comes first, a removed rule."""
    lost: Counter[tuple[str, str, str, str]] = Counter()
    for change in found.consequences.shown or ():
        was, becomes = _severities(found, change)
        if was is not None and (becomes is None or becomes < was):
            now = "no warning" if becomes is None else f"{change.after} ({becomes.word})"
            lost[change.region, f"{change.before} ({was.word})", now, change.period] += 1
    for (region, was_shown, now, period), count in lost.items():
        what = f"{region}: {plural(count, 'example withdrawal')}: {now} instead of {was_shown}{period}"
        yield Callout(CalloutKind.OFF, what)


def _severities(found: Difference, change: ShownChange) -> tuple[Severity | None, Severity | None]:
    return _severity(found.before.book, change.before), _severity(found.after.book, change.after)


def _severity(book: Rulebook | None, rule_id: str | None) -> Severity | None:
    return None if rule_id is None or book is None else book.rule(rule_id).severity


def _warned_otherwise(found: Difference) -> Iterator[Callout]:
    """Another text, though its rule is no milder. One line for each region, one for each such rule."""
    examples = _otherwise(found)
    for region, count in Counter(region for (region, _), each in examples.items() for _ in each.elements()).items():
        total = len(_examples(found.before, region))
        what = f"{region}: {count:,} of {plural(total, 'example withdrawal')} now get another text"
        yield Callout(CalloutKind.FRONT, what)
    overtaken = _overtaken(found)
    for region, rule_id in sorted({*examples, *overtaken}):
        yield _front(found, rule_id, region, examples[region, rule_id], overtaken.get((region, rule_id), []))


# By region and the rule that is now shown, the rules that were shown before.
_Otherwise = dict[tuple[str, str], Counter[str]]


def _otherwise(found: Difference) -> _Otherwise:
    """Counts examples that existed before: those of a new rule are meant to get it."""
    counts: _Otherwise = defaultdict(Counter)
    for change in found.consequences.shown or ():
        was, becomes = _severities(found, change)
        existed = change.given in _examples(found.before, change.region)
        milder = was is None or becomes is None or becomes < was
        if (
            existed
            and not milder
            and change.until is None
            and not _same_text(found, change.before or "", change.after or "")
        ):
            counts[change.region, change.after or ""][change.before or ""] += 1
    return counts


def _same_text(found: Difference, before: str, after: str) -> bool:
    """Whether both rules show one message of one region."""
    old, new = found.before.form(before), found.after.form(after)
    regions = {rule_id.partition("/")[0] for rule_id in (before, after)}
    return old is not None and new is not None and old.message == new.message and len(regions) == 1


def _examples(snapshot: Snapshot, region: str) -> set[str]:
    return {
        describe_example(example.given)
        for rule in snapshot.drafts.rules.values()
        if rule.region in {region, GLOBAL} and rule.form is not None
        for example in rule.form.examples
    }


def _overtaken(found: Difference) -> dict[tuple[str, str], list[Overtaking]]:
    """By region and the rule that is now shown."""
    before, after = found.before.book, found.after.book
    if before is None or after is None:
        return {}
    changed = frozenset(rule.after for rule in found.rules if rule.after is not None)
    folders = {rule_id.partition("/")[0] for rule_id in changed}
    pairs: defaultdict[tuple[str, str], list[Overtaking]] = defaultdict(list)
    for region in after.content.regions:
        code = WITHOUT_FOLDER if region == GLOBAL else region.upper()
        old, new = before.jurisdiction(code).rules, after.jurisdiction(code).rules
        own = region in folders
        if own or (GLOBAL in folders and new.joining is GlobalRules.ALONGSIDE):
            for each in overtakings(old, new, changed, found.today):
                # Among the global rules it is said once, of `global`.
                told = region == GLOBAL or GLOBAL not in folders or {each.rule.region, each.by.region} != {GLOBAL}
                if told and not _same_text(found, each.rule.id, each.by.id):
                    pairs[region, each.by.id].append(each)
    return pairs


def _front(
    found: Difference, rule_id: str, region: str, examples: Counter[str], overtaken: list[Overtaking]
) -> Callout:
    by = found.after.drafts.rules[rule_id]
    others = {each.rule.id: each.withdrawal for each in overtaken if each.rule.id not in examples}
    names = {name: f"{name} ({plural(count, 'example')})" for name, count in examples.most_common()}
    names |= {name: name for name in others}
    milder = {name: shown for name, shown in names.items() if _milder(found, name, rule_id)}
    severer = [shown for name, shown in names.items() if name not in milder]
    parts = [f"instead of {listed(severer)}"] * bool(severer) + [f"instead of milder {listed(milder.values())}"] * bool(
        milder
    )
    what = f"{region}: {rule_id}{_rank(by.form)} is now shown {' and '.join(parts)}"
    for name, withdrawal in list(others.items())[:1]:
        what += f"; for example instead of {name} with {in_words(dict(withdrawal))}"
    if by.form is not None:
        what += f"; it says “{_title(found.after, by.region, by.form.message)}”"
    return Callout(CalloutKind.FRONT, what, path=by.path)


def _rank(form: RuleFile | None) -> str:
    return "" if form is None else f" ({form.severity}, priority {form.priority:,})"


def _milder(found: Difference, before: str, after: str) -> bool:
    """Whether the rule that was shown before is milder than the one that is shown now."""
    was, becomes = _severity(found.before.book, before), _severity(found.after.book, after)
    return was is not None and becomes is not None and was < becomes


def _title(snapshot: Snapshot, region: str, message: str) -> str:
    """In English if the region offers it, else in its first language."""
    languages = data_of(snapshot.drafts.regions.get(region)).get("languages") or []
    for language in sorted(languages, key=lambda language: language != "en"):
        messages = data_of(snapshot.drafts.texts.get((region, language))).get("messages") or {}
        if isinstance(title := (messages.get(message) or {}).get("title"), str):
            return title
    return ""
