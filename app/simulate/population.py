"""What the users of the simulated exchange have and send: the weights of population.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from app.simulate.random_draws import Odds, WeightedChoice


@dataclass(frozen=True, slots=True)
class Population:
    """Coins and languages are words separated by spaces; languages are by region."""

    regions: WeightedChoice[str]
    languages: Mapping[str, WeightedChoice[str]]
    age_bands: WeightedChoice[str]
    kyc_levels: WeightedChoice[int]
    channels: WeightedChoice[str]
    coins: WeightedChoice[str]
    own_kinds: WeightedChoice[str]
    honest_kinds: WeightedChoice[str]
    own_purposes: WeightedChoice[str]
    honest_purposes: WeightedChoice[str]
    honest_funds: WeightedChoice[str]
    honest_signals: Odds


@cache
def population() -> Population:
    text = Path(__file__).with_name("population.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=Population, dec_hook=lambda _, weights: WeightedChoice(weights))
