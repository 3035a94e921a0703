"""Every setting, from `FOREWARN_*` variables. docs/settings.md lists them; a test keeps the two equal."""

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.domain.errors import ConfigurationError
from app.storage.server_url import server_url

PREFIX = "FOREWARN_"


class Settings(BaseSettings):
    """What an operator can set. Sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True)

    redis_url: str | None = Field(
        None, description="URL of Redis 7.0 or Valkey 7.2, or later: redis://, rediss:// or unix://. Default: the "
        "server that `forewarn up` runs for the state folder."
    )  # fmt: skip
    state_dir: Path = Field(
        Path("var"), description="Folder of the journal, the last good bundle and the keys. Must outlive the process."
    )
    secret: str | None = Field(
        None, description="Keys derived from it hash ids, users and destinations, and choose variants. At least 32 "
        "random characters. Required by `serve`; `up` creates one."
    )  # fmt: skip
    secret_previous: str | None = Field(
        None, description="A second secret whose ids are valid too: the previous one, or the next one during a change."
    )
    keys_file: Path | None = Field(
        None, description="YAML file of the API keys. Default: keys.yaml in the state folder."
    )
    stale_after: float = Field(
        30.0, gt=0, description="Answers are marked `stale` when Redis has not confirmed the revision for this long."
    )
    poll_seconds: float = Field(
        3.0,
        gt=0,
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
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error.")

    @property
    def dataset_place(self) -> str:
        return self.dataset or str(self.state_dir / "dataset")

    @property
    def keys_path(self) -> Path:
        return self.keys_file or self.state_dir / "keys.yaml"


def load() -> Settings:
    """The settings of the environment. Raises ConfigurationError, which names each wrong variable and no value."""
    try:
        return Settings()
    except ValidationError as error:
        raise ConfigurationError("; ".join(_complaint(detail) for detail in error.errors())) from None


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


_EXPECTED = {
    "float_parsing": "expected a number",
    "int_parsing": "expected a whole number",
    "greater_than": "expected more than {gt}",
    "greater_than_equal": "expected at least {ge}",
    "less_than_equal": "expected at most {le}",
    "string_pattern_mismatch": "expected one of debug, info, warning, error",
}


def _complaint(detail: ErrorDetails) -> str:
    expected = _EXPECTED.get(detail["type"], "is not as expected").format(**detail.get("ctx", {}))
    return f"{PREFIX}{str(detail['loc'][0]).upper()}: {expected}"
