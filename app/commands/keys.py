"""Making, listing and revoking API keys."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.domain.errors import ConfigurationError
from app.service.api_keys import fingerprint
from app.storage.key_file import KeyFile, KeyRecord, valid_name, valid_scope

# Found by secret scanners in logs and repositories.
KEY_PREFIX = "fw_"


def new_key() -> str:
    """256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def add(path: Path, name: str, scopes: Sequence[str], *, test: bool) -> str:
    """A new key, which is nowhere kept. Raises ConfigurationError for a name in use or a scope that is none."""
    if not valid_name(name):
        raise ConfigurationError(
            f"Name {name!r}: expected 1 to 64 letters, digits, dots, dashes or underscores, a letter or digit first"
        )
    for scope in scopes:
        if not valid_scope(scope):
            raise ConfigurationError(f"Scope {scope!r}: expected assess, rules, reports, or reports:XX for one region")
    key = new_key()

    def edit(records: tuple[KeyRecord, ...]) -> list[KeyRecord]:
        if any(record.name == name for record in records):
            raise ConfigurationError(f"There is a key named {name!r} already; revoke it first or take another name")
        return [*records, _record(name, key, scopes, test=test)]

    KeyFile(path).change(edit)
    return key


def ensure(path: Path, name: str, key: str, scopes: Sequence[str]) -> None:
    """Puts this key under this name, unless it is there."""
    wanted = _record(name, key, scopes, test=False)
    file = KeyFile(path)
    if any(record.name == name and record.sha256 == wanted.sha256 for record in file.read()):
        return
    file.change(lambda records: [*(record for record in records if record.name != name), wanted])


def listed(path: Path) -> tuple[KeyRecord, ...]:
    return KeyFile(path).read()


def revoke(path: Path, name: str) -> None:
    """Raises ConfigurationError where no key has this name."""

    def edit(records: tuple[KeyRecord, ...]) -> list[KeyRecord]:
        kept = [record for record in records if record.name != name]
        if len(kept) == len(records):
            names = ", ".join(record.name for record in records) or "none"
            raise ConfigurationError(f"There is no key named {name!r}; there are: {names}")
        return kept

    KeyFile(path).change(edit)


def _record(name: str, key: str, scopes: Sequence[str], *, test: bool) -> KeyRecord:
    today = datetime.now(UTC).date().isoformat()
    return KeyRecord(name, fingerprint(key), tuple(dict.fromkeys(scopes)), test, today)
