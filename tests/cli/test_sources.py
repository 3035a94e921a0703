"""What commands have in common when they read rules and texts."""

import gc
from pathlib import Path

from app import sources

ROOT = Path(__file__).parents[2]


def test_garbage_is_collected_again_after_a_check() -> None:
    sources.checked(sources.Folders(ROOT / "rules", ROOT / "locales"))

    assert gc.isenabled()
