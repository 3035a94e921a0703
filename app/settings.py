"""Every setting, from `FOREWARN_*` variables. docs/settings.md lists them; a test keeps the two equal."""

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import environment
from app.domain.errors import ConfigurationError
from app.service.secret_strength import SHORT, cannot_be_meant
from app.storage.secret_file import read_secret
from app.storage.server_url import server_url

log = logging.getLogger(__name__)

PREFIX = "FOREWARN_"


class Settings(BaseSettings):
    """What an operator can set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, allow_inf_nan=False)

    redis_url: str | None = Field(
        None, repr=False, description="URL of Redis 7.0 or Valkey 7.2, or later: redis://, rediss:// or unix://. "
        "Default: the server that `forewarn up` runs for the state folder."
    )  # fmt: skip
    redis_url_file: Path | None = Field(None, description="File that holds the URL of Redis, in place of the variable.")
    state_dir: Path = Field(
        Path("var"), description="Folder of the journal, the last good bundle and the keys. Must outlive the process."
    )
    secret: str | None = Field(
        None, repr=False, description="Keys derived from it hash ids, users and destinations, and choose variants. "
        "At least 32 random characters. Required by `serve`; `up` creates one."
    )  # fmt: skip
    secret_file: Path | None = Field(None, description="File that holds the secret, in place of the variable.")
    secret_previous: str | None = Field(
        None, repr=False, description="A second secret whose ids are valid too: the previous one, or the next one "
        "during a change."
    )  # fmt: skip
    secret_previous_file: Path | None = Field(
        None, description="File that holds the second secret, in place of the variable."
    )
    keys_file: Path | None = Field(
        None, description="YAML file of the API keys. Default: keys.yaml in the state folder."
    )
    stale_after: float = Field(
        30.0, gt=0, description="Answers are marked `stale` when Redis has not confirmed the revision for this long."
    )
    poll_seconds: float = Field(
        3.0,
        ge=0.1,
        le=60,
        description="How often a worker polls the revision in force, in case it missed an announcement.",
    )
    journal_max_bytes: int = Field(
        2 * 2**30,
        ge=2**20,
        description="Maximum size of the journal folder. Events that Redis has confirmed are deleted to stay below it.",
    )
    event_buffer: int = Field(
        10_000,
        ge=0,
        description="How many events wait in memory while the disk is full. Further events are lost and counted.",
    )
    dataset: str | None = Field(
        None, description="Folder or s3:// URL of the Parquet dataset. Default: dataset in the state folder."
    )
    retention_days: int | None = Field(
        None, ge=1, description="The archiver deletes older days from the dataset. Default: it deletes nothing."
    )
    keep_alive_seconds: int = Field(
        75, ge=1, le=86_400, description="The service closes a connection that was idle for this long. Must be longer "
        "than the idle time-out of the load balancer."
    )  # fmt: skip
    max_connections: int = Field(
        1_000,
        ge=1,
        description="Open connections of one worker. Above, only health checks are answered; the rest is 503.",
    )
    request_seconds: float = Field(
        10.0, ge=0.1, le=600, description="How long a request may take to arrive whole. After that, it is a 408."
    )
    drain_seconds: float = Field(
        5.0,
        ge=0,
        le=600,
        description="After SIGTERM the service says that it is not ready, and goes on answering for this long.",
    )
    trusted_proxies: str = Field(
        "127.0.0.1,::1", description="Addresses and networks of the proxies in front of the console, separated by "
        "commas. Only their X-Forwarded-For and X-Forwarded-Proto count."
    )  # fmt: skip
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error.")

    @property
    def dataset_place(self) -> str:
        return self.dataset or str(self.state_dir / "dataset")

    @property
    def proxies(self) -> list[str]:
        """Of `trusted_proxies`, each address or network."""
        return [one.strip() for one in self.trusted_proxies.split(",") if one.strip()]

    @property
    def keys_path(self) -> Path:
        return self.keys_file or self.state_dir / "keys.yaml"


# Variables whose value a file may hold instead: the variable's name with _FILE.
FROM_FILES = ("redis_url", "secret", "secret_previous")


def load(configure: Callable[[str], None] | None = None) -> Settings:
    """The settings of the environment, as every command reads them.

    Raises ConfigurationError, which names each wrong variable and shows no secret. Logs what is doubtful, after
    `configure` has had the log level.
    """
    loaded = read()
    if configure is not None:
        configure(loaded.log_level)
    for doubt in _doubts(loaded):
        log.warning("%s", doubt)
    return loaded


def read() -> Settings:
    """The same without a word in the log: for the workers, whose parent has logged it."""
    meant = environment.misspelt(os.environ, known_variables())
    complaints = [f"{name}: unknown; did you mean {known}?" for name, known in meant.items()]
    loaded = None
    try:
        loaded = _with_files(Settings(), complaints)
    except ValidationError as error:
        complaints += [_complaint(detail) for detail in error.errors()]
    if loaded is not None:
        complaints += _contradictions(loaded)
    if loaded is None or complaints:
        raise ConfigurationError("; ".join(complaints)) from None
    return loaded


def known_variables() -> set[str]:
    return {PREFIX + name.upper() for name in Settings.model_fields}


def unknown_variables() -> list[str]:
    """Variables of the environment that no setting has, though they have our prefix."""
    return environment.unknown(os.environ, known_variables(), PREFIX)


def require_keys_file(settings: Settings) -> None:
    """Raises ConfigurationError if FOREWARN_KEYS_FILE names no file: then every key would be refused."""
    if settings.keys_file is not None and not settings.keys_file.is_file():
        raise ConfigurationError(
            f"{PREFIX}KEYS_FILE: {settings.keys_file} is no file; `forewarn keys new` with this setting makes one"
        )


def secret(settings: Settings) -> str:
    """The secret to use. Raises ConfigurationError if none is set."""
    if not settings.secret:
        raise ConfigurationError(
            f"{PREFIX}SECRET is not set: {SHORT} random characters or more, the same on every machine"
        )
    return settings.secret


def redis_url(settings: Settings) -> str:
    """The server to use. Raises ConfigurationError if none is known."""
    url = redis_url_or_none(settings)
    if url is None:
        raise ConfigurationError(
            f"No Redis: set FOREWARN_REDIS_URL, or run `forewarn up`, which keeps one in {settings.state_dir}"
        )
    return url


def redis_url_or_none(settings: Settings) -> str | None:
    """The server that is set, or else the one of a running `forewarn up`. The dataset can be read without any."""
    return settings.redis_url or server_url(settings.state_dir)


def _with_files(settings: Settings, complaints: list[str]) -> Settings:
    values = {}
    for name in FROM_FILES:
        path: Path | None = getattr(settings, f"{name}_file")
        variable = PREFIX + name.upper()
        if path is not None and getattr(settings, name) is not None:
            complaints.append(f"{variable} and {variable}_FILE are both set: expected one of them")
        elif path is not None:
            try:
                values[name] = read_secret(path)
            except ValueError as error:
                complaints.append(f"{variable}_FILE: {error}")
    return settings.model_copy(update=values)


def _contradictions(settings: Settings) -> Iterator[str]:
    """Settings that cannot be meant, each with its variable and without its value."""
    if settings.secret is not None:
        # The previous secret is not judged so: whoever replaces a bad one needs it there for a while.
        why = cannot_be_meant(settings.secret)
        if why is not None:
            yield f"{PREFIX}SECRET: {why}; expected {SHORT} random characters"
        if settings.secret == settings.secret_previous:
            yield f"{PREFIX}SECRET_PREVIOUS: expected another secret than {PREFIX}SECRET"
    # Polls are up to 30% late, so that the workers of a fleet do not ask together.
    if settings.poll_seconds > 0.75 * settings.stale_after:
        yield f"{PREFIX}POLL_SECONDS: expected at most three quarters of {PREFIX}STALE_AFTER"
    if settings.state_dir.exists() and not settings.state_dir.is_dir():
        yield f"{PREFIX}STATE_DIR: {settings.state_dir} is not a folder"
    if settings.keys_file is not None and settings.keys_file.is_dir():
        yield f"{PREFIX}KEYS_FILE: {settings.keys_file} is a folder"
    for proxy in settings.proxies:
        if not _is_proxy(proxy):
            yield f"{PREFIX}TRUSTED_PROXIES: {proxy!r} is not an address or a network, such as 10.0.0.5 or 10.1.0.0/16"
    if settings.dataset is not None and not _is_dataset(settings.dataset):
        yield f"{PREFIX}DATASET: expected a folder or an s3:// URL"


def _is_proxy(text: str) -> bool:
    """Whether it names machines. A network of all addresses would let everybody choose who they seem to be."""
    try:
        return ip_network(text).prefixlen > 0
    except ValueError:
        return False


def _is_dataset(dataset: str) -> bool:
    """Whether it may be one: a folder, file:///folder or s3://bucket. `app.dataset.dataset_url` reads the rest;
    importing it takes a worker half a second.
    """
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]*):/", dataset)
    return scheme is None or (scheme[1].lower() in {"s3", "file"} and "://" in dataset)


def _doubts(settings: Settings) -> Iterator[str]:
    for name in unknown_variables():
        yield f"{name} is no setting of this version; it is ignored"
    if settings.secret is not None and len(settings.secret) < SHORT:
        yield f"{PREFIX}SECRET is shorter than {SHORT} characters: user names could be guessed"
    if settings.secret is not None and settings.secret != settings.secret.strip():
        yield f"{PREFIX}SECRET begins or ends with white space, which is part of it"
    try:
        disk = shutil.disk_usage(settings.state_dir).total
    except OSError:  # there is no state folder yet
        return
    if settings.journal_max_bytes > disk:
        yield (
            f"{PREFIX}JOURNAL_MAX_BYTES is larger than the disk of the state folder ({disk:,} bytes): "
            "the disk will be full before the journal is"
        )


_EXPECTED = {
    "float_parsing": "expected a number",
    "finite_number": "expected a finite number",
    "int_parsing": "expected a whole number",
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le:g}",
    "string_pattern_mismatch": "expected one of debug, info, warning, error",
}


def _complaint(detail: ErrorDetails) -> str:
    expected = _EXPECTED.get(detail["type"], "is not as expected").format(**detail.get("ctx", {}))
    return f"{PREFIX}{str(detail['loc'][0]).upper()}: {expected}"
