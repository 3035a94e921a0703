"""`forewarn diff`, `canary` and `contacts`, put together."""

from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson

from app.authoring.drafts import Drafts, draft
from app.authoring.source_files import read_sources
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_store import place_of
from app.dataset.file_listing import listing
from app.dataset.recorded_events import DatasetUnreadable, DataSource
from app.domain.errors import ForewarnError
from app.review.assessment_client import AssessmentClient
from app.review.backtest import Backtest, backtest
from app.review.callouts import GLOBAL
from app.review.canary_run import CanaryRun, run_canary
from app.review.change_review import Review, review
from app.review.git_repository import Repository
from app.review.review_comment import as_markdown
from app.review.review_text import Paint, as_text, unpainted
from app.review.snapshot import Places, Snapshot, of_commit, of_folders

_SHORT = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compare: `base` None is where the default branch was left, `head` None the files as they are now."""

    rules: Path
    locales: Path
    base: str | None = None
    head: str | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Where the record is. `wanted` is one that was named, whose absence is an error."""

    url: str
    cache: Path
    days: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Compared:
    before: Snapshot
    after: Snapshot
    review: Review


def compare(asked: Asked, today: date) -> Compared:
    """Raises GitError."""
    around = next(folder for folder in (asked.rules, *asked.rules.absolute().parents) if folder.is_dir())
    repository = Repository.around(around)
    places = Places(repository.inside(asked.rules), repository.inside(asked.locales))
    head = repository.commit(asked.head or "HEAD")
    base = repository.commit(asked.base) if asked.base else repository.default_base(head)
    before = of_commit(repository, base, places, today)
    after = of_commit(repository, head, places, today) if asked.head else of_folders(repository, places, today)
    changed = repository.changed_between(base, head) if asked.head else repository.changed_here(base)
    named = f"{asked.base} ({base[:_SHORT]})" if asked.base and asked.base != base else base[:_SHORT]
    made = review(
        before,
        after,
        base=named,
        head=asked.head or "the files here",
        changed=changed,
        links=repository.links(changed, asked.head and head),
        places=places,
        today=today,
    )
    return Compared(before, after, made)


def with_backtest(compared: Compared, dataset: Dataset, today: date) -> Review:
    """The review with figures from the record, or with the reason why there are none.

    Raises ForewarnError where a dataset was asked for and cannot be read.
    """
    why_not = _nothing_to_replay(compared)
    if why_not is not None:
        return replace(compared.review, no_backtest=why_not)
    try:
        found = _backtest(compared, dataset, today)
    except DatasetUnreadable as error:
        reason = f"The dataset {_named(dataset.url)} cannot be read: {' '.join(str(error.__cause__ or error).split())}"
        if dataset.wanted:
            raise DatasetError(reason) from error
        return replace(compared.review, no_backtest=f"Nothing was replayed. {reason}")
    if found is None:
        missing = f"no files of a dataset in {_named(dataset.url)}"
        if dataset.wanted:
            raise DatasetError(f"--dataset: {missing}")
        return replace(compared.review, no_backtest=f"Nothing was replayed: {missing}.")
    return replace(compared.review, backtest=found)


def _nothing_to_replay(compared: Compared) -> str | None:
    if compared.before.book is None or compared.after.book is None:
        return "Nothing was replayed: rules that cannot be loaded decide nothing."
    if not concerned(compared.review) and not any(each.about == GLOBAL for each in compared.review.callouts):
        return "Nothing was replayed: no rule and no alert changed."
    return None


def concerned(found: Review) -> list[str]:
    """The rules whose conditions or alerts change, by their old and new names."""
    of_rules = (name for change in found.rules for name in (change.before, change.after) if name is not None)
    return sorted({*of_rules, *(card.rule_id for card in found.cards)})


def _backtest(compared: Compared, dataset: Dataset, today: date) -> Backtest | None:
    before, after = compared.before.book, compared.after.book
    place = place_of(dataset.url)
    try:
        files = listing(place)
    except OSError as error:
        raise DatasetUnreadable(str(error)) from error
    if not files or before is None or after is None:
        return None
    data = DataSource(place, None, cache=dataset.cache).current()
    return backtest(
        data.sources,
        before,
        after,
        concerned(compared.review),
        days=dataset.days,
        as_of=data.archived_to or datetime.now(UTC),
        today=today,
    )


def _named(url: str) -> str:
    """Without the options of a URL."""
    return url.partition("?")[0]


def written(found: Review, form: str, *, paint: Paint = unpainted) -> str:
    """As text, markdown or json."""
    if form == "json":
        return orjson.dumps(asdict(found), option=orjson.OPT_INDENT_2).decode()
    return as_markdown(found) if form == "markdown" else as_text(found, paint)


def canary(
    asked: Asked, client: AssessmentClient, *, today: date, within: float, only: list[str] | None = None
) -> CanaryRun:
    """Tests whether the service has each changed rule as it is written here. Raises ForewarnError."""
    compared = compare(asked, today)
    book = compared.after.book
    if book is None:
        raise ForewarnError("The rules have errors; `forewarn check` lists them")
    if unknown := [rule_id for rule_id in only or () if rule_id not in book.by_id]:
        raise ForewarnError(f"--rule: no rule {', '.join(unknown)} here")
    targets = [(rule_id, None) for rule_id in only] if only else _targets(compared.review)
    return run_canary(compared.after, book, targets, client.assess, today=today, within=within)


def _targets(found: Review) -> list[tuple[str, str | None]]:
    """Each changed rule in every language in which its alert changed, or in the first language if none did."""
    changed: dict[str, dict[str | None, None]] = {rule_id: {} for rule_id in concerned(found)}
    for card in found.cards:
        changed[card.rule_id][card.language] = None
    return [(rule_id, language) for rule_id, languages in changed.items() for language in languages or (None,)]


def contacts(rules: Path, locales: Path) -> Drafts:
    """The files as they are, whatever is wrong with some of them."""
    return draft(read_sources(rules, locales))
