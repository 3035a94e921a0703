"""The folders of rules and texts that commands read."""

import gc
from pathlib import Path

from app.commands import rule_folders

ROOT = Path(__file__).parents[2]


def test_garbage_is_collected_again_after_a_check() -> None:
    rule_folders.checked(rule_folders.Folders(ROOT / "rules", ROOT / "locales"))

    assert gc.isenabled()
