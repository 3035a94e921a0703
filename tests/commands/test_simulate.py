"""`forewarn simulate` says what it did, and refuses in one line."""

import os
import signal
from datetime import date
from pathlib import Path

import pytest

from app.commands import simulate
from app.commands.stop_signals import stop_on_signals
from app.dataset.file_listing import path_of
from app.domain.errors import ConfigurationError
from app.simulate import demo
from app.simulate.simulated_history import NotWritten
from app.storage.event_stream import StreamId
from tests.deployment import SECRET, Deployment
from tests.sample_rules import sample_rulebook
from tests.simulate.histories import UNTIL, content_of


def write(dataset: Path, said: list[str], until: date = date(2026, 11, 20)) -> None:
    simulate.history(
        dataset=str(dataset),
        days=2,
        per_day=100,
        seed=5,
        until=until,
        secret=None,
        book=sample_rulebook(),
        say=said.append,
    )


def test_a_history_is_written_and_told(tmp_path: Path) -> None:
    said: list[str] = []
    write(tmp_path / "dataset", said)

    assert [line.split()[0] for line in said] == ["Wrote", "Main", "Main", "Truth"]
    assert (tmp_path / "dataset/truth.json").exists()
    assert {path.name for path in (tmp_path / "dataset").glob("date=*")} == {"date=2026-11-18", "date=2026-11-19"}


def test_the_data_of_a_real_exchange_stay_alone(tmp_path: Path) -> None:
    real = tmp_path / path_of("9f86d081884c7d65", StreamId(1700000000000, 0), StreamId(1700000004000, 12))
    real.parent.mkdir()
    real.write_bytes(b"")

    with pytest.raises(NotWritten, match="1 files that are not simulated"):
        write(tmp_path, [])
    assert list(content_of(tmp_path)) == [real.relative_to(tmp_path).as_posix()]


@pytest.mark.parametrize(("length", "days"), [("90d", 90), ("12w", 84), (" 1D ", 1)])
def test_lengths(length: str, days: int) -> None:
    assert simulate.days_of(length) == days


@pytest.mark.parametrize("length", ["", "90", "0d", "d", "731d", "-3d", "1.5d", "9999w", "٣d"])
def test_lengths_that_are_none(length: str) -> None:
    with pytest.raises(ConfigurationError, match="expected days or weeks such as 90d or 12w"):
        simulate.days_of(length)


def test_a_key_is_given_or_read(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("fw_file\n")

    assert simulate.key_of("fw_given", None) == "fw_given"
    assert simulate.key_of(None, tmp_path / "key") == "fw_file"
    for wrong in ("", " \n", "fw_ä", "fw_\x00"):
        with pytest.raises(ConfigurationError, match="scope assess"):
            simulate.key_of(wrong, None)


def test_more_withdrawals_than_may_be_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="expected at most"):
        drive("http://127.0.0.1:1", "k", tmp_path / "truth.json", [], rate=1000.0, duration=86_400.0)


@pytest.mark.parametrize("rate", [0.0, -1.0, 1000.5, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, rate: float) -> None:
    with pytest.raises(ConfigurationError, match=r"--rate: expected 0\.01 to 1,000"):
        drive("http://127.0.0.1:1", "k", tmp_path / "truth.json", [], rate=rate, duration=1)


def test_a_history_of_no_time_is_refused(tmp_path: Path) -> None:
    for until in (date(1, 1, 1), date(9999, 12, 31)):
        with pytest.raises(ConfigurationError, match="--until"):
            write(tmp_path, [], until)


def drive(url: str, key: str, truth: Path, said: list[str], *, rate: float, duration: float) -> None:
    simulate.drive(
        url=url,
        key=key,
        rate=rate,
        count=None,
        duration=duration,
        seed=1,
        speed=600.0,
        users=None,
        truth=truth,
        say=said.append,
    )


def test_a_service_is_driven_and_told(deployment: Deployment, tmp_path: Path) -> None:
    """Runs with the same seed make different withdrawals. Signal handlers are restored afterwards."""
    deployment.start()
    before = signal.getsignal(signal.SIGINT)
    ids = set()
    for _ in range(2):
        said: list[str] = []
        drive(deployment.url, deployment.key, tmp_path / "truth.json", said, rate=200.0, duration=0.2)
        assert said[0].startswith("Drove      40 withdrawals")
        assert (tmp_path / "truth.json").exists()
        ids.add((tmp_path / "truth.json").read_text())

    assert len(ids) == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_a_signal_asks_for_an_end() -> None:
    with stop_on_signals() as stopping:
        assert not stopping.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopping.is_set()


def test_the_demo_fills_its_dataset_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "DAYS", 3)
    monkeypatch.setattr(demo, "PER_DAY", 50)
    said: list[str] = []
    demo.fill(str(tmp_path), SECRET, sample_rulebook(), UNTIL + 12_345, said.append)
    before = content_of(tmp_path)
    demo.fill(str(tmp_path), SECRET, sample_rulebook(), UNTIL + 86_400, said.append)

    assert len(said) == 2
    assert content_of(tmp_path) == before
    assert "truth.json" in before
