"""`forewarn keys`: creates, rotates, lists and revokes API keys."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import click

from app import settings
from app.commands.options import keep_files_private
from app.domain.errors import ConfigurationError
from app.reports.text_table import text_table
from app.service.api_keys import fingerprint
from app.storage.key_file import NAME_FORM, KeyFile, KeyRecord, valid_name, valid_scope

# So that secret scanners find keys in logs and repositories.
KEY_PREFIX = "fw_"


@click.group()
def keys() -> None:
    """Create, rotate, list and revoke API keys.

    The service reads the key file again when it changes.
    """
    keep_files_private()


@keys.command("new")
@click.option("--name", required=True, help="Name of the key: what `list` and `revoke` call it.")
@click.option("--owner", help="Whose key it is; events carry it, and it outlives the key.  [default: the name]")
@click.option(
    "--scope", "scopes", multiple=True, required=True, help="assess, rules, reports or reports:XX; repeatable."
)
@click.option("--test", is_flag=True, help="Mark the key's events as tests, which no figure counts.")
def _new(name: str, owner: str | None, scopes: tuple[str, ...], *, test: bool) -> None:
    """Create a key and print it once, alone on the last line.

    Only its SHA-256 is kept.
    """
    path = settings.load().keys_path
    key = add(path, name, scopes, owner=owner, test=test)
    click.echo(f"Key {name!r} added to {path}. It is shown only now:", err=True)
    click.echo(key)


@keys.command("rotate")
@click.argument("name")
@click.option("--as", "new_name", help="Name of the new key.  [default: the first free one of OWNER-2, OWNER-3 ...]")
def _rotate(name: str, new_name: str | None) -> None:
    """Create a second key for the owner of the key NAME, and print it once, alone on the last line.

    It has the same scopes, and events go on under the same owner. Both keys work until you revoke the old one.
    """
    path = settings.load().keys_path
    record, key = rotate(path, name, new_name)
    click.echo(f"Key {record.name!r} of {record.owner!r} added to {path}. It is shown only now.", err=True)
    click.echo(f"When nothing uses the old one any more: forewarn keys revoke {name}", err=True)
    click.echo(key)


@keys.command("list")
def _list() -> None:
    """List the keys: name, owner, scopes, day of creation, first digits of the fingerprint."""
    path = settings.load().keys_path
    records = KeyFile(path).read()
    if not records:
        click.echo(f"No keys in {path}.")
        return
    rows = [
        [one.name, one.owner, ",".join(one.scopes), one.created, one.sha256[:12], "test" if one.test else ""]
        for one in records
    ]
    click.echo(text_table(["name", "owner", "scopes", "created", "sha256", ""], rows))


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


def add(path: Path, name: str, scopes: Sequence[str], *, owner: str | None = None, test: bool) -> str:
    """A new key, which is stored nowhere. Raises ConfigurationError for a name in use or an unknown scope."""
    _require_valid("Name", name)
    _require_valid("Owner", name if owner is None else owner)
    for scope in scopes:
        if not valid_scope(scope):
            raise ConfigurationError(f"Scope {scope!r}: expected assess, rules, reports, or reports:XX for one region")
    key = new_key()

    def edit(records: tuple[KeyRecord, ...]) -> list[KeyRecord]:
        _require_free(name, records)
        return [*records, _record(name, name if owner is None else owner, key, scopes, test=test)]

    KeyFile(path).change(edit)
    return key


def rotate(path: Path, name: str, new_name: str | None = None) -> tuple[KeyRecord, str]:
    """A second key for the owner of the key `name`: its record, and the key, which is stored nowhere.

    Raises ConfigurationError if no key has this name, or one has the new name already.
    """
    key = new_key()

    def edit(records: tuple[KeyRecord, ...]) -> list[KeyRecord]:
        old = next((record for record in records if record.name == name), None)
        if old is None:
            raise _no_key(name, records)
        numbered = (f"{old.owner}-{number}" for number in count(2))
        taken = {record.name for record in records}
        chosen = new_name or next(each for each in numbered if each not in taken)
        _require_valid("Name", chosen)
        _require_free(chosen, records)
        return [*records, _record(chosen, old.owner, key, old.scopes, test=old.test)]

    return KeyFile(path).change(edit)[-1], key


def ensure(path: Path, name: str, key: str, scopes: Sequence[str]) -> None:
    """Stores this key under this name, unless it is there already."""
    wanted = _record(name, name, key, scopes, test=False)
    file = KeyFile(path)
    if any(record.name == name and record.sha256 == wanted.sha256 for record in file.read()):
        return
    file.change(lambda records: [*(record for record in records if record.name != name), wanted])


def revoke(path: Path, name: str) -> None:
    """Raises ConfigurationError if no key has this name."""

    def edit(records: tuple[KeyRecord, ...]) -> list[KeyRecord]:
        kept = [record for record in records if record.name != name]
        if len(kept) == len(records):
            raise _no_key(name, records)
        return kept

    KeyFile(path).change(edit)


def _require_valid(what: str, name: str) -> None:
    if not valid_name(name):
        raise ConfigurationError(f"{what} {name!r}: expected {NAME_FORM}")


def _require_free(name: str, records: Sequence[KeyRecord]) -> None:
    if any(record.name == name for record in records):
        raise ConfigurationError(f"A key named {name!r} exists already; revoke it first or choose another name")


def _no_key(name: str, records: Sequence[KeyRecord]) -> ConfigurationError:
    names = ", ".join(record.name for record in records) or "none"
    return ConfigurationError(f"There is no key named {name!r}; there are: {names}")


def _record(name: str, owner: str, key: str, scopes: Sequence[str], *, test: bool) -> KeyRecord:
    today = datetime.now(UTC).date().isoformat()
    return KeyRecord(name, owner, fingerprint(key), tuple(dict.fromkeys(scopes)), test, today)
