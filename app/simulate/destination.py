"""The destinations of simulated withdrawals."""

from dataclasses import dataclass, field
from random import Random

# None of these has a valid checksum, so nobody can mistake a simulated address for a real one.
_PREFIXES = {"TRON": "TSim", "BITCOIN": "bc1qsim", "SOLANA": "Sim", "XRPL": "rSim"}
_EVM = "0x51d"
_LENGTH = 40


@dataclass(slots=True, eq=False)
class Destination:
    """`tags` is None where the exchange does not look addresses up; victims' reports add to the list."""

    address: str
    kind: str
    tags: list[str] | None = field(default_factory=list)


def new_address(network: str, rng: Random) -> str:
    return f"{_PREFIXES.get(network, _EVM)}{rng.getrandbits(160):040x}"[:_LENGTH]
