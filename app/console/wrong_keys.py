"""Wrong keys: counted, logged, and answered with 429 when there are too many of them.

A right key is never asked to wait, whoever else tries wrong ones: a key has 256 random bits, so no number of guesses
finds one. What is bounded is the noise: work, lines in the log, memory.
"""

import logging
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

log = logging.getLogger(__name__)

# Wrong keys of one address, and of all: so many at once, then one in so many seconds.
BURST, SECONDS_EACH = 10, 6.0
TOTAL_BURST, TOTAL_SECONDS_EACH = 100, 0.6

# The address that was silent for longest is forgotten first.
MOST_ADDRESSES = 4_096

_LOG_EVERY = 60.0  # seconds, for each address


class TooManyWrongKeys(Exception):
    """Raised in place of a plain refusal. `wait` is in whole seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


@dataclass(slots=True)
class _Bucket:
    """Fills with each wrong key and empties at a steady pace; `level` is in keys."""

    level: float = 0.0
    at: float = 0.0
    logged_at: float = -math.inf
    unlogged: int = 0

    def wait(self, now: float, burst: int, each: float) -> float:
        """0.0 where there is room for one more, which is then taken; otherwise the seconds until there is."""
        self.level = max(0.0, self.level - (now - self.at) / each)
        self.at = now
        above = self.level + 1 - burst
        if above > 0:
            return above * each
        self.level += 1
        return 0.0


class WrongKeys:
    """`clock` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._total = _Bucket()
        self._by_address: OrderedDict[str, _Bucket] = OrderedDict()
        self.refused = 0
        self.slowed = 0

    def add(self, host: str | None) -> None:
        """Counts a wrong key from this host. Raises TooManyWrongKeys where the answer is 429."""
        now = self._clock()
        address = address_of(host)
        bucket = self._by_address.setdefault(address, _Bucket())
        self._by_address.move_to_end(address)
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)
        wait = bucket.wait(now, BURST, SECONDS_EACH)
        if wait:
            bucket.unlogged += 1
        elif wait := self._total.wait(now, TOTAL_BURST, TOTAL_SECONDS_EACH):
            self._log(self._total, "many addresses", now)  # one line for all of them
        else:
            self._log(bucket, address, now)
        if wait:
            self.slowed += 1
            raise TooManyWrongKeys(math.ceil(wait))
        self.refused += 1

    def _log(self, bucket: _Bucket, source: str, now: float) -> None:
        bucket.unlogged += 1
        if now - bucket.logged_at >= _LOG_EVERY:
            log.warning("Wrong keys from %s: %d since the last such line", source, bucket.unlogged)
            bucket.logged_at, bucket.unlogged = now, 0


def address_of(host: str | None) -> str:
    """The caller as it is counted: of IPv6 the first 64 bits, which one customer of a provider has to himself.

    >>> address_of("2001:db8::1:2")
    '2001:db8::/64'
    """
    try:
        address = ip_address((host or "").partition("%")[0])
    except ValueError:  # a unix socket, or what a proxy passed on unseen
        return "an unknown address"
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)
