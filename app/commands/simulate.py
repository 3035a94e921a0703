"""`forewarn simulate`: a made-up exchange, written as history or driven against a running service."""

import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from app.commands import rule_folders
from app.commands.options import DAY as DAY_OPTION
from app.commands.options import EXISTING_FILE, FILE, folder_options
from app.commands.stop_signals import stop_on_signals
from app.dataset.dataset_url import store_of
from app.dataset.file_listing import every_file
from app.domain.errors import ConfigurationError
from app.service.rulebook import Rulebook
from app.simulate import drive as driving
from app.simulate import simulated_history as writing
from app.simulate.drive import Pace
from app.simulate.ground_truth import encode
from app.simulate.history_plan import Plan, users_for
from app.simulate.history_service import EPOCH
from app.simulate.service_client import ServiceClient, address_of
from app.simulate.simulated_history import TRUTH, NotWritten
from app.simulate.user import DAY
from app.storage.atomic_file import write_atomically

Say = Callable[[str], None]

EARLIEST = date(2015, 1, 1)
LONGEST_DAYS = 730
MOST_A_DAY = 200_000
MOST_COUNT = 1_000_000
HIGHEST_RATE = 1_000.0  # one connection, one call after another; a machine that is busy holds less
LOWEST_RATE = 0.01
LONGEST_DURATION = 7 * DAY
FASTEST = 100_000.0
SPEED = 600.0  # a simulated day in two and a half minutes

_LENGTH = re.compile(r"([0-9]{1,4})([dw])")


@click.command()
@click.option(
    "--history", "length", metavar="LENGTH", help="Write this much history, such as 90d or 12w, to --dataset."
)
@click.option("--dataset", help="Folder or s3:// URL to write to.")
@click.option(
    "--per-day", type=click.IntRange(1, MOST_A_DAY), default=1000, show_default=True, help="Withdrawals per day."
)
@click.option("--until", type=DAY_OPTION, help="First day after the history.  [default: today, UTC]")
@click.option("--url", help="Drive the service at this URL instead; on this machine only.")
@click.option("--key", help="API key with scope assess. --key-file keeps it out of the process list.")
@click.option("--key-file", type=EXISTING_FILE, help="File with the key.")
@click.option("--rate", type=float, default=10.0, show_default=True, help="Withdrawals per second.")
@click.option("--count", type=click.IntRange(1, MOST_COUNT), help="How many withdrawals to make.")
@click.option("--duration", type=float, help="Or for how many seconds.  [default: 60]")
@click.option(
    "--speed", type=float, default=SPEED, show_default=True, help="How many times faster than real time it runs."
)
@click.option("--users", type=click.IntRange(1, 10_000_000), help="How many users.  [default: by the rate]")
@click.option(
    "--truth",
    type=FILE,
    default=Path("truth.json"),
    show_default=True,
    help="Where to write the truth of a drive; that of a history goes into its dataset.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed gives the same story."
)
@folder_options
def simulate(
    *,
    length: str | None,
    dataset: str | None,
    per_day: int,
    until: datetime | None,
    url: str | None,
    key: str | None,
    key_file: Path | None,
    rate: float,
    count: int | None,
    duration: float | None,
    speed: float,
    users: int | None,
    truth: Path,
    seed: int,
    rules: Path | None,
    locales: Path | None,
) -> None:
    """Simulate an exchange whose true rates are known.

    It has users, habits and scams, and people respond to the warnings.

    \b
    forewarn simulate --history 90d --dataset DIR     months of events, straight into a dataset
    forewarn simulate --url URL --key-file FILE       calls to a running service, at a set pace

    The truth is written beside the data as JSON: every probability, what came of it, and what the events show of it.
    Simulated events count like real ones, so the service must be on this machine and the dataset must hold no others.
    docs/simulation.md says what is made up.
    """
    if (length is None) == (url is None):
        raise click.UsageError("expected one of --history and --url")
    if count is not None and duration is not None:
        raise click.UsageError("expected one of --count and --duration")
    if length is not None:
        days = days_of(length)
        if dataset is None:
            raise click.UsageError("--history: expected --dataset too, where it is written to")
        history(
            dataset=dataset,
            days=days,
            per_day=per_day,
            seed=seed,
            until=until.date() if until else None,
            secret=None,
            book=rule_folders.rulebook(rule_folders.find(rules, locales), click.echo),
            say=click.echo,
        )
    elif url is not None:
        drive(
            url=url,
            key=key_of(key, key_file),
            rate=rate,
            count=count,
            duration=duration,
            seed=seed,
            speed=speed,
            users=users,
            truth=truth,
            say=click.echo,
        )


def days_of(length: str) -> int:
    """The number of days in a length. Raises ConfigurationError.

    >>> days_of("12w")
    84
    """
    match = _LENGTH.fullmatch(length.strip().lower())
    days = int(match[1]) * (7 if match[2] == "w" else 1) if match else 0
    if not 1 <= days <= LONGEST_DAYS:
        raise ConfigurationError(f"--history: expected days or weeks such as 90d or 12w, up to {LONGEST_DAYS}d")
    return days


def history(
    *,
    dataset: str,
    days: int,
    per_day: int,
    seed: int,
    until: date | None,
    secret: str | None,
    book: Rulebook,
    say: Say,
) -> None:
    """Writes the `days` days before day `until` (default: today, UTC). Raises ForewarnError and OSError."""
    store = store_of(dataset)
    today = datetime.now(UTC).date()
    ends = until or today
    if not EARLIEST <= ends <= today:
        raise ConfigurationError(f"--until: expected a day from {EARLIEST} to today (UTC)")
    end = datetime(ends.year, ends.month, ends.day, tzinfo=UTC).timestamp()
    real = [file for file in every_file(store) if file.epoch != EPOCH]
    if real:
        raise NotWritten(f"The dataset has {len(real)} files that are not simulated; take another folder")
    plan = Plan(seed, end - days * DAY, end, per_day, users_for(per_day), secret or f"simulated-{seed}-{'.' * 32}")
    started = time.monotonic()
    with _bar(int(days * DAY), "Writing", unit=DAY) as progress:
        truth = writing.write(store, plan, book, progress)
    took = max(1e-9, time.monotonic() - started)
    events = truth["events"]["events"]
    say(f"Wrote      {events:,} events of {days} days in {took:.1f} s ({events / took:,.0f}/s) to {dataset}")
    _say_main_rate(truth, say)
    say(f"Truth      {store.location(TRUTH)}")


def drive(
    *,
    url: str,
    key: str,
    rate: float,
    count: int | None,
    duration: float | None,
    seed: int,
    speed: float,
    users: int | None,
    truth: Path,
    say: Say,
) -> None:
    """Drives the service at `url` for `count` withdrawals or `duration` seconds, or until a signal.

    Writes the truth after a signal too. Raises ForewarnError and OSError.
    """
    host, port = address_of(url)
    _within("--rate", rate, LOWEST_RATE, HIGHEST_RATE)
    _within("--speed", speed, 1.0, FASTEST)
    if duration is not None:
        _within("--duration", duration, 0.1, LONGEST_DURATION)
    wanted = count if count is not None else max(1, round(rate * (60.0 if duration is None else duration)))
    if wanted > MOST_COUNT:
        raise ConfigurationError(f"{wanted:,} withdrawals: expected at most {MOST_COUNT:,}; lower --rate or --duration")
    began = float(int(time.time()))
    # New ids for each run: the service would take withdrawals with the ids of an earlier run for retries.
    run = f"{int(began)}-{secrets.token_hex(3)}"
    with (
        closing(ServiceClient(host, port, key)) as line,
        stop_on_signals() as stopping,
        _bar(wanted, "Driving") as progress,
    ):
        made = driving.drive(
            line,
            Pace(rate, wanted, speed),
            seed=seed,
            run=run,
            began=began,
            users=users,
            progress=progress,
            stopping=stopping.is_set,
        )
    write_atomically(truth, encode(made.truth))
    say(f"Drove      {made.withdrawals:,} withdrawals and {made.outcomes:,} outcomes at {made.rate:,.1f} withdrawals/s")
    if made.withdrawals == wanted and made.rate < 0.9 * rate:
        say(f"           {rate:g} were requested: this machine or the service could not keep up")
    _say_main_rate(made.truth, say)
    say(f"Truth      {truth}")


def _within(option: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # NaN is in no range
        raise ConfigurationError(f"{option}: expected {low:,g} to {high:,.10g}")


def key_of(key: str | None, key_file: Path | None) -> str:
    """The key given, or the first line of the file. Raises ConfigurationError and OSError."""
    text = key if key is not None else key_file.read_text(encoding="utf-8") if key_file is not None else ""
    found = text.strip().splitlines()[:1]
    if not found or not found[0].isascii() or not found[0].isprintable():
        raise ConfigurationError("--key or --key-file: expected a key with scope assess; `forewarn keys new` makes one")
    return found[0]


def _say_main_rate(truth: dict[str, Any], say: Say) -> None:
    """The true main rate, by user and by alert."""
    for unit, what in (("by_user", "users"), ("by_alert", "alerts")):
        found = truth["main"][unit]
        if found["denominator"]:
            happened = found["happened"] / found["denominator"]
            say(
                f"Main rate  {found['expected']:.1%} expected, {happened:.1%} happened, {found['recorded_rate']:.1%}"
                f" recorded, of {found['denominator']:,} {what}"
            )


@contextmanager
def _bar(length: int, label: str, unit: float = 1.0) -> Iterator[Callable[[float], None]]:
    """A progress bar, if there is a terminal. Call what it yields with the total done so far."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=round(length / unit), label=f"{label:9}", show_pos=True, file=sys.stderr, hidden=hidden
    ) as bar:

        def progress(done: float) -> None:
            bar.update(max(0, int(done / unit) - bar.pos))

        yield progress
        if bar.pos < (bar.length or 0) and unit > 1:
            bar.update((bar.length or 0) - bar.pos)
