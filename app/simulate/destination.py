"""Where withdrawals go."""

from dataclasses import dataclass, field
from random import Random

# So that nobody takes an address of ours for one that exists: none of these has a valid checksum.
_PREFIXES = {"TRON": "TSim", "BITCOIN": "bc1qsim", "SOLANA": "Sim", "XRPL": "rSim"}
_EVM = "0x51d"
_LENGTH = 40


@dataclass(slots=True, eq=False)
class Destination:
    """`tags` is None where the exchange does not look addresses up; the list grows as victims report."""

    address: str
    kind: str
    tags: list[str] | None = field(default_factory=list)


def new_address(network: str, chance: Random) -> str:
    return f"{_PREFIXES.get(network, _EVM)}{chance.getrandbits(160):040x}"[:_LENGTH]
