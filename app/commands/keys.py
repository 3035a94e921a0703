"""`forewarn keys`: creates, lists and revokes API keys."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from app import settings
from app.domain.errors import ConfigurationError
from app.reports.text_table import text_table
from app.service.api_keys import fingerprint
from app.storage.key_file import KeyFile, KeyRecord, valid_name, valid_scope

# So that secret scanners find keys in logs and repositories.
KEY_PREFIX = "fw_"


@click.group()
def keys() -> None:
    """Create, list and revoke API keys.

    The service reads the key file again when it changes.
    """


@keys.command("new")
@click.option("--name", required=True, help="Name of the key's owner; events carry it.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="assess, rules, reports or reports:XX; repeatable."
)
@click.option("--test", is_flag=True, help="Mark the key's events as tests, which no figure counts.")
def _new(name: str, scopes: tuple[str, ...], *, test: bool) -> None:
    """Create a key and print it once, alone on the last line.

    Only its SHA-256 is kept.
    """
    path = settings.load().keys_path
    key = add(path, name, scopes, test=test)
    click.echo(f"Key {name!r} added to {path}. It is shown only now:", err=True)
    click.echo(key)


@keys.command("list")
def _list() -> None:
    """List the names, scopes and creation days of the keys."""
    path = settings.load().keys_path
    records = KeyFile(path).read()
    if not records:
        click.echo(f"No keys in {path}.")
        return
    rows = [
        [record.name, ",".join(record.scopes), record.created, record.sha256[:12], "test" if record.test else ""]
        for record in records
    ]
    click.echo(text_table([], rows))


@keys.command("revoke")
@click.argument("name")
def _revoke(name: str) -> None:
    """Revoke the key NAME.

    Within a second every worker refuses it.
    """
    revoke(settings.load().keys_path, name)
    click.echo(f"Key {name!r} revoked.")


def new_key() -> str:
    """256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def add(path: Path, name: str, scopes: Sequence[str], *, test: bool) -> str:
    """A new key, which is stored nowhere. Raises ConfigurationError for a name in use or an unknown scope."""
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
            raise ConfigurationError(f"A key named {name!r} exists already; revoke it first or choose another name")
        return [*records, _record(name, key, scopes, test=test)]

    KeyFile(path).change(edit)
    return key


def ensure(path: Path, name: str, key: str, scopes: Sequence[str]) -> None:
    """Stores this key under this name, unless it is there already."""
    wanted = _record(name, key, scopes, test=False)
    file = KeyFile(path)
    if any(record.name == name and record.sha256 == wanted.sha256 for record in file.read()):
        return
    file.change(lambda records: [*(record for record in records if record.name != name), wanted])


def revoke(path: Path, name: str) -> None:
    """Raises ConfigurationError if no key has this name."""

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
