"""Settings that cannot be meant stop every command with one line; what is doubtful is said once."""

from pathlib import Path

import pytest

from app.commands.up import _environment
from app.dataset.dataset_errors import DatasetError
from app.dataset.dataset_url import store_of
from app.environment import misspelt
from app.settings import Settings, known_variables, load
from tests.commands.commands import Run, failed, succeeded
from tests.deployment import SECRET, Deployment

NOBODY = "redis://127.0.0.1:1/0"

# Every command that reads settings. Those with a Redis that is not there fail later, if the settings pass.
COMMANDS = ("serve", "console", "archive", "publish", "history", "rollback", "keys list", "report", "up", "sql x")


@pytest.mark.parametrize(
    "secret",
    [" " * 40, "a" * 40, "ab" * 20, "0123456789" * 4, "change-me-change-me-change-me-1234", "32 random characters, x"],
    ids=["blank", "one character", "two characters", "a pattern", "a placeholder", "the documents' words"],
)
def test_a_secret_that_is_none_is_refused_and_not_shown(run: Run, secret: str) -> None:
    said = failed(run("keys", "list", FOREWARN_SECRET=secret))

    assert "FOREWARN_SECRET: it " in said
    assert secret.strip() not in said.partition("expected")[0] or not secret.strip()


@pytest.mark.parametrize("secret", ["0f" * 8 + "1e2d3c4b5a697887", "8471029365710293658471029365", SECRET])
def test_a_secret_that_may_be_random_is_accepted(run: Run, secret: str) -> None:
    succeeded(run("keys", "list", FOREWARN_SECRET=secret))


def test_a_bad_secret_may_be_the_previous_one_until_it_is_gone(run: Run) -> None:
    succeeded(run("keys", "list", FOREWARN_SECRET=SECRET, FOREWARN_SECRET_PREVIOUS="a" * 40))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"SECRET": SECRET, "SECRET_PREVIOUS": SECRET}, ("FOREWARN_SECRET_PREVIOUS", "another")),
        ({"POLL_SECONDS": "60", "STALE_AFTER": "1"}, ("FOREWARN_POLL_SECONDS", "FOREWARN_STALE_AFTER")),
        ({"POLL_SECONDS": "29"}, ("FOREWARN_POLL_SECONDS", "FOREWARN_STALE_AFTER")),
        ({"STALE_AFTER": "nan"}, ("FOREWARN_STALE_AFTER: expected a finite number",)),
        ({"STALE_AFTER": "inf"}, ("FOREWARN_STALE_AFTER: expected a finite number",)),
        ({"POLL_SECONDS": "-inf"}, ("FOREWARN_POLL_SECONDS",)),
        ({"POLL_SECONDS": "1e-9"}, ("FOREWARN_POLL_SECONDS: expected at least 0.1",)),
        ({"REQUEST_SECONDS": "1e-9"}, ("FOREWARN_REQUEST_SECONDS: expected at least 0.1",)),
        ({"REQUEST_SECONDS": "nan"}, ("FOREWARN_REQUEST_SECONDS: expected a finite number",)),
        ({"DRAIN_SECONDS": "601"}, ("FOREWARN_DRAIN_SECONDS: expected at most 600",)),
        ({"RETENTION_DAYS": "0"}, ("FOREWARN_RETENTION_DAYS: expected at least 1",)),
        ({"KEEP_ALIVE_SECONDS": "0"}, ("FOREWARN_KEEP_ALIVE_SECONDS: expected at least 1",)),
        ({"DATASET": "gs://bucket/events"}, ("FOREWARN_DATASET: expected a folder or an s3:// URL",)),
        ({"DATASET": "s3:/bucket/events"}, ("FOREWARN_DATASET",)),
        ({"KEYS_FILE": "/"}, ("FOREWARN_KEYS_FILE: / is a folder",)),
        ({"SECRET": " ", "STALE_AFTER": "x", "DATASET": "gs://x"}, ("FOREWARN_STALE_AFTER",)),
    ],
    ids=lambda value: (
        " ".join(f"{name}={text[:12]}" for name, text in value.items()) if isinstance(value, dict) else ""
    ),
)
def test_settings_that_cannot_be_meant_are_named(run: Run, settings: dict[str, str], words: tuple[str, ...]) -> None:
    said = failed(run("keys", "list", **{f"FOREWARN_{name}": value for name, value in settings.items()}))

    assert all(word in said for word in words)
    assert SECRET not in said


@pytest.mark.parametrize(
    "dataset", ["events", "/var/events", "s3://bucket/x", "S3://bucket", "file:///var/x", "gs://x", "s3:/x", "az://x/y"]
)
def test_the_check_of_the_dataset_agrees_with_its_reader(run: Run, dataset: str) -> None:
    done = run("keys", "list", FOREWARN_DATASET=dataset)

    try:
        store_of(dataset)
        readable = ":/" not in dataset or "://" in dataset
    except DatasetError:
        readable = False
    assert (done.returncode == 0) is readable


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_names_the_setting_that_a_misspelt_variable_means(run: Run, command: str) -> None:
    said = failed(run(*command.split(), FOREWARN_REDISURL="redis://:a-password@host"))

    assert said == "FOREWARN_REDISURL: unknown; did you mean FOREWARN_REDIS_URL?"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("FOREWARN_SECRETS", "FOREWARN_SECRET"),
        ("FOREWARN_SECERT", "FOREWARN_SECRET"),
        ("FORWARN_STATE_DIR", "FOREWARN_STATE_DIR"),
        ("forewarn_statedir", "FOREWARN_STATE_DIR"),
        ("FOREWARN_SECRET_FIL", "FOREWARN_SECRET_FILE"),
        ("FOREWARN_SECRT", "FOREWARN_SECRET"),
        ("FOREWARN_SECRE_T_S", None),
        ("FOREWARN_PORT", None),
        ("LOG_LEVEL", None),
        ("forewarn_secret", None),
    ],
)
def test_a_name_within_two_edits_means_the_nearest_setting(name: str, meant: str | None) -> None:
    assert misspelt([name], known_variables()).get(name) == meant


KUBERNETES = {
    "FOREWARN_SERVICE_HOST": "10.0.0.7",
    "FOREWARN_SERVICE_PORT": "8000",
    "FOREWARN_SERVICE_PORT_HTTP": "8000",
    "FOREWARN_PORT": "tcp://10.0.0.7:8000",
    "FOREWARN_PORT_8000_TCP": "tcp://10.0.0.7:8000",
    "FOREWARN_PORT_8000_TCP_PROTO": "tcp",
    "FOREWARN_PORT_8000_TCP_PORT": "8000",
    "FOREWARN_PORT_8000_TCP_ADDR": "10.0.0.7",
    "FOREWARN_CONSOLE_SERVICE_HOST": "10.0.0.8",
    "FOREWARN_REDIS_PORT": "tcp://10.0.0.9:6379",
}


def test_what_kubernetes_sets_is_silent_and_another_version_s_setting_is_a_warning(process: Run) -> None:
    done = process("keys", "list", FOREWARN_FLUX_CAPACITOR="a-value", **KUBERNETES)

    succeeded(done)
    assert done.stderr.splitlines() == ["FOREWARN_FLUX_CAPACITOR is no setting of this version; it is ignored"]


def test_the_service_logs_a_doubt_once_however_many_workers(deployment: Deployment) -> None:
    deployment._settings = {
        "FOREWARN_NEWER": "1",
        "FOREWARN_SECRET": "short-0123456789",
        "FOREWARN_JOURNAL_MAX_BYTES": str(2**60),
    }
    deployment.start(workers=2)
    deployment.stop()

    log = deployment.log.read_text()
    assert log.count("FOREWARN_NEWER") == 1
    assert log.count("FOREWARN_SECRET is shorter than 32") == 1
    assert log.count("FOREWARN_JOURNAL_MAX_BYTES is larger than the disk") == 1


@pytest.mark.parametrize("command", ["serve", "console"])
def test_a_key_file_that_is_set_must_be_there(run: Run, tmp_path: Path, command: str) -> None:
    said = failed(
        run(command, FOREWARN_KEYS_FILE=str(tmp_path / "no.yaml"), FOREWARN_SECRET=SECRET, FOREWARN_REDIS_URL=NOBODY)
    )

    assert f"FOREWARN_KEYS_FILE: {tmp_path}/no.yaml" in said
    assert "forewarn keys new" in said


def test_a_state_folder_that_is_a_file_stops_the_service(run: Run, state: Path) -> None:
    state.write_text("")

    assert str(state) in failed(run("serve", FOREWARN_SECRET=SECRET, FOREWARN_REDIS_URL=NOBODY))


def test_secrets_come_from_files(run: Run, tmp_path: Path) -> None:
    """The password in the URL is used, and shown nowhere."""
    url = tmp_path / "url"
    url.write_text("redis://user:hunter-seventeen@127.0.0.1:1/0\n")
    (tmp_path / "secret").write_text(f"{SECRET}\r\n")

    done = run("history", FOREWARN_REDIS_URL_FILE=str(url), FOREWARN_SECRET_FILE=str(tmp_path / "secret"))

    said = failed(done)
    assert "127.0.0.1:1" in said
    assert "hunter" not in said


@pytest.mark.parametrize("name", ["SECRET", "SECRET_PREVIOUS", "REDIS_URL"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe-hidden-value", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_without_its_content(
    run: Run, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    path = tmp_path / "value"
    if content is not None:
        path.write_bytes(content)

    said = failed(run("keys", "list", **{f"FOREWARN_{name}_FILE": str(path)}))

    assert said == f"FOREWARN_{name}_FILE: {path} {words}"


def test_a_path_without_an_end_is_refused(run: Run) -> None:
    assert "longer than" in failed(run("keys", "list", FOREWARN_SECRET_FILE="/dev/zero"))


def test_a_bad_secret_in_a_file_is_refused_like_any(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a" * 40)

    assert "FOREWARN_SECRET: it has fewer" in failed(run("keys", "list", FOREWARN_SECRET_FILE=str(tmp_path / "secret")))


def test_a_variable_and_its_file_together_are_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(SECRET)

    said = failed(run("keys", "list", FOREWARN_SECRET=SECRET, FOREWARN_SECRET_FILE=str(tmp_path / "secret")))
    assert said == "FOREWARN_SECRET and FOREWARN_SECRET_FILE are both set: expected one of them"


def test_the_service_takes_its_secret_from_a_file(deployment: Deployment, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    deployment._settings = {"FOREWARN_SECRET": "", "FOREWARN_SECRET_FILE": str(tmp_path / "secret")}
    deployment.start()

    with deployment.client() as client:
        assert client.get("/v1/rules").status_code == 200


def test_up_hands_its_children_the_secret_and_not_its_file_too(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each child would refuse both, and repeat the warning."""
    (tmp_path / "secret").write_text(SECRET)
    monkeypatch.setenv("FOREWARN_STATE_DIR", str(state))
    monkeypatch.setenv("Forewarn_Secret_File", str(tmp_path / "secret"))
    monkeypatch.setenv("FOREWARN_NEWER", "1")
    monkeypatch.setenv("FOREWARN_LOG_LEVEL", "")
    monkeypatch.setenv("forewarn_drain_seconds", "7")

    handed = _environment(load(), NOBODY)

    ours = {name: value for name, value in handed.items() if name.upper().startswith("FOREWARN_")}
    assert ours == {
        "FOREWARN_STATE_DIR": str(state),
        "FOREWARN_REDIS_URL": NOBODY,
        "FOREWARN_SECRET": SECRET,
        "FOREWARN_DRAIN_SECONDS": "0",
        "FOREWARN_LOG_LEVEL": "warning",  # an empty variable is none
    }


def test_settings_never_print_a_secret() -> None:
    shown = repr(Settings(secret=SECRET, secret_previous=f"{SECRET}-2", redis_url="redis://:hidden@host"))

    assert SECRET not in shown
    assert "hidden" not in shown
