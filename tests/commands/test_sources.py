"""The folders of rules and texts that commands read."""

import gc

from app.commands import rule_folders
from tests.deployment import FIXTURE


def test_garbage_is_collected_again_after_a_check() -> None:
    rule_folders.checked(rule_folders.Folders(FIXTURE / "rules", FIXTURE / "locales"))

    assert gc.isenabled()
