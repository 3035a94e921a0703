"""The last good bundle on disk is used only if it is whole."""

import multiprocessing
from pathlib import Path

import pytest

from app.bundle.revision import revision_of
from app.storage.last_good import LastGood
from app.storage.storage_errors import BundleCorrupt


def save(folder: Path, bundle: bytes) -> str:
    revision = revision_of(bundle)
    LastGood(folder).save(revision, bundle)
    return revision


def file_of(folder: Path, revision: str) -> Path:
    return folder / "bundle" / f"{revision.removeprefix('sha256:')}.jsonl"


def test_nothing_was_saved(tmp_path: Path) -> None:
    assert LastGood(tmp_path).load() is None


def test_the_bundle_saved_last_comes_back(tmp_path: Path) -> None:
    save(tmp_path, b"one")
    two = save(tmp_path, b"two")
    assert LastGood(tmp_path).load() == (two, b"two")


def test_a_rollback_is_the_last_one_too(tmp_path: Path) -> None:
    one = save(tmp_path, b"one")
    save(tmp_path, b"two")
    save(tmp_path, b"one")
    assert LastGood(tmp_path).load() == (one, b"one")


def test_only_two_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        save(tmp_path, b"%d" % number)
    assert len(list((tmp_path / "bundle").glob("*.jsonl"))) == 2


@pytest.mark.parametrize("damage", [b"", b"tw", b"owt"])
def test_a_damaged_bundle_gives_way_to_the_one_before(tmp_path: Path, damage: bytes) -> None:
    one, two = save(tmp_path, b"one"), save(tmp_path, b"two")
    file_of(tmp_path, two).write_bytes(damage)
    assert LastGood(tmp_path).load() == (one, b"one")


def test_a_torn_pointer_does_not_hide_the_bundle(tmp_path: Path) -> None:
    one = save(tmp_path, b"one")
    (tmp_path / "bundle" / "current").write_bytes(b"sha")
    assert LastGood(tmp_path).load() == (one, b"one")


def test_nothing_but_damage_is_an_error(tmp_path: Path) -> None:
    one = save(tmp_path, b"one")
    file_of(tmp_path, one).write_bytes(b"on")
    with pytest.raises(BundleCorrupt):
        LastGood(tmp_path).load()


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("a file is in the way")
    with pytest.raises(OSError, match="bundle"):
        save(tmp_path, b"one")


def _save_often(folder: Path) -> None:
    for number in range(30):
        save(folder, b"%d" % (number % 4) * 10_000)


def test_workers_may_save_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_save_often, args=(tmp_path,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    loaded = LastGood(tmp_path).load()
    assert loaded is not None
    assert revision_of(loaded[1]) == loaded[0]
    assert list((tmp_path / "bundle").glob(".*")) == []
