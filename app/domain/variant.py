"""Which wording of a message a user sees."""

from collections.abc import Callable, Sequence
from hashlib import blake2b


def choose_variant(names: Sequence[str], rule_id: str, user: str, key: bytes) -> str:
    """Rendezvous hashing: equal shares, the same user always the same variant.

    Adding a variant moves only the share that it takes, because every name draws its own number for (rule, user).
    Source: Thaler and Ravishankar, "A name-based mapping scheme for rendezvous", 1996.
    """
    return max(names, key=_draw(rule_id, user, key))


def _draw(rule_id: str, user: str, key: bytes) -> Callable[[str], bytes]:
    base = blake2b(key=key, digest_size=8)
    for part in (rule_id, user):
        encoded = part.encode()
        base.update(len(encoded).to_bytes(4, "big") + encoded)

    def draw(name: str) -> bytes:
        drawn = base.copy()
        drawn.update(name.encode())
        return drawn.digest()

    return draw
