"""Publishing, rolling back and pruning, against a real server."""

from collections.abc import Iterator

import pytest
import redis

from app.bundle.record import BUNDLE_LIMIT
from app.bundle.revision import revision_of
from app.storage import bundle_store, redis_names
from app.storage.bundle_store import KEPT, BundleStore, Published
from app.storage.storage_errors import BundleCorrupt, BundleMissing, BundleTooLarge, PointerError, StorageError
from tests.redis_server import RedisServer


@pytest.fixture
def client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    with redis_server.client() as client:
        yield client


@pytest.fixture
def store(client: redis.Redis) -> BundleStore:
    return BundleStore(client)


def publish(store: BundleStore, *bundles: bytes) -> list[str]:
    return [store.publish(bundle, by="ada", commit="c0ffee", at="2026-11-20").revision for bundle in bundles]


def rollback(store: BundleStore, revision: str | None = None) -> Published:
    return store.rollback(revision, by="bo", at="2026-11-21")


def test_a_published_bundle_is_stored_under_its_hash_and_in_force(store: BundleStore, client: redis.Redis) -> None:
    published = store.publish(b"one", by="ada", commit="c0ffee", at="2026-11-20")
    assert published == Published(revision_of(b"one"), None, changed=True)
    assert client.get(f"forewarn:bundle:{published.revision}") == b"one"
    assert store.current() == published.revision


def test_publishing_announces_the_revision(store: BundleStore, client: redis.Redis) -> None:
    with client.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call]  # redis-py
        listener.subscribe(redis_names.BUNDLE_CHANNEL)
        listener.get_message(timeout=2)
        [revision] = publish(store, b"one")
        message = listener.get_message(timeout=2)
    assert message is not None
    assert message["data"] == revision.encode()


def test_publishing_what_is_in_force_announces_again_and_logs_nothing(store: BundleStore, client: redis.Redis) -> None:
    publish(store, b"one")
    with client.pubsub(ignore_subscribe_messages=True) as listener:  # type: ignore[no-untyped-call]  # redis-py
        listener.subscribe(redis_names.BUNDLE_CHANNEL)
        listener.get_message(timeout=2)
        again = store.publish(b"one", by="ada", commit="c0ffee", at="later")
        assert listener.get_message(timeout=2) is not None
    assert not again.changed
    assert len(store.history()) == 1


def test_publishing_repairs_tampered_bytes(store: BundleStore, client: redis.Redis) -> None:
    [revision] = publish(store, b"one")
    client.set(redis_names.bundle_key(revision), b"evil")
    publish(store, b"one")
    assert client.get(redis_names.bundle_key(revision)) == b"one"


def test_what_is_too_large_or_names_no_revision_is_refused_and_mended(store: BundleStore, client: redis.Redis) -> None:
    one, two = publish(store, b"1", b"2")
    with pytest.raises(BundleTooLarge, match="67,108,865 bytes"):
        publish(store, bytes(BUNDLE_LIMIT + 1))
    client.setrange(redis_names.bundle_key(two), BUNDLE_LIMIT, b"x")
    with pytest.raises(BundleTooLarge):
        store.fetch(two)
    publish(store, b"2")
    assert store.fetch(two) == b"2"

    client.set(redis_names.BUNDLE_CURRENT, b"\xff\n" + bytes(10**6))
    with pytest.raises(PointerError, match="names no revision"):
        store.current()
    assert not any(entry.current for entry in store.history())
    assert rollback(store, one) == Published(one, None, changed=True)


def test_two_rollbacks_go_back_two(store: BundleStore) -> None:
    one, two, three = publish(store, b"1", b"2", b"3")
    assert rollback(store) == Published(two, three, changed=True)
    assert rollback(store) == Published(one, two, changed=True)
    with pytest.raises(StorageError, match=f"no revision before {one}.*{two}"):
        rollback(store)
    assert store.current() == one


@pytest.mark.parametrize("cut", [slice(None), slice(0, 15), slice(7, 15)])
def test_a_rollback_takes_a_revision_or_its_beginning(store: BundleStore, cut: slice) -> None:
    one, _, _ = publish(store, b"1", b"2", b"3")
    assert rollback(store, one[cut]).revision == one
    assert store.current() == one


def test_a_rollback_refuses_what_it_does_not_know_and_names_the_choices(store: BundleStore) -> None:
    [one] = publish(store, b"1")
    for wrong in (revision_of(b"never"), "0000"):
        with pytest.raises(BundleMissing, match=one):
            rollback(store, wrong)
    with pytest.raises(StorageError, match="not a revision"):
        rollback(store, "../etc")


def test_a_rollback_refuses_an_ambiguous_beginning(store: BundleStore) -> None:
    """Seventeen bundles share at least one first digit."""
    revisions = publish(store, *(b"%d" % number for number in range(17)))
    digits = [revision[7] for revision in revisions]
    twice = next(digit for digit in digits if digits.count(digit) > 1)
    with pytest.raises(StorageError, match="could be any of"):
        rollback(store, twice)
    assert store.current() == revisions[-1]


def test_a_rollback_refuses_tampered_and_missing_bytes(store: BundleStore, client: redis.Redis) -> None:
    one, two = publish(store, b"1", b"2")
    client.set(redis_names.bundle_key(one), b"evil")
    with pytest.raises(BundleCorrupt):
        rollback(store)
    client.delete(redis_names.bundle_key(one))
    with pytest.raises(BundleMissing, match=f"newest first: {two}"):
        rollback(store)
    assert store.current() == two


def test_the_history_says_who_what_when(store: BundleStore) -> None:
    one, two = publish(store, b"1", b"2")
    rollback(store)
    back, second, first = store.history()
    assert (back.action, back.revision, back.previous, back.by, back.at) == ("rollback", one, two, "bo", "2026-11-21")
    assert (first.action, first.revision, first.previous, first.commit) == ("publish", one, None, "c0ffee")
    assert [entry.current for entry in (back, second, first)] == [True, False, False]
    assert store.history(1) == [back]


def test_the_last_fifty_are_kept_and_always_the_current_one(store: BundleStore, client: redis.Redis) -> None:
    bundles = [b"%d" % number for number in range(KEPT + 3)]
    revisions = publish(store, *bundles)
    stored = [revision for revision in revisions if client.exists(redis_names.bundle_key(revision))]
    assert stored == revisions[3:]
    client.set(redis_names.BUNDLE_CURRENT, revisions[3])
    store._prune()
    assert store.publish(bundles[3], by="ada", commit="c", at="t").changed is False
    assert client.exists(redis_names.bundle_key(revisions[3]))


def test_an_unreachable_server_is_a_storage_error(store: BundleStore, redis_server: RedisServer) -> None:
    redis_server.kill()
    with pytest.raises(StorageError, match="did not answer"):
        publish(store, b"one")


def test_of_a_long_log_the_newest_entries_are_read(store: BundleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle_store, "LOG_READ", 3)
    revisions = publish(store, b"one", b"two", b"three", b"four", b"five")
    assert [entry.revision for entry in store.history()] == revisions[:1:-1]
    assert rollback(store).revision == revisions[3]
