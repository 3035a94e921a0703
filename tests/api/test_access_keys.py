"""Who may call what, and how keys change while the service runs."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.problems import VALUE, refused
from tests.deployment import Deployment, a_withdrawal, running_service
from tests.waiting import wait_until

ASSESS = [("POST", "/v1/assessments"), ("POST", "/v1/assessments/as_x/outcomes"), ("POST", "/v1/outcomes")]
RULES = [("GET", "/v1/rules"), ("GET", "/v1/rules/hk/every-withdrawal"), ("POST", "/v1/explain")]
# An unknown key makes the service look at the key file; without one it does so every second.
UNKNOWN = "fw_unknown"
OPEN = ["/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A service whose key file these tests change, break and repair."""
    with running_service(tmp_path_factory.mktemp("locked")) as deployment:
        yield deployment


@pytest.fixture
def key_file(locked: Deployment) -> Iterator[bytes]:
    """The bytes of the key file, restored afterwards."""
    path = locked.state / "keys.yaml"
    good = path.read_bytes()
    yield good
    path.unlink(missing_ok=True)
    path.write_bytes(good)
    assert status_of(locked, UNKNOWN) == 401
    assert locked.readyz()["keys"]["last_error"] is None


def status_of(deployment: Deployment, key: str) -> int:
    with deployment.client(key) as client:
        return client.post("/v1/assessments", json=a_withdrawal()).status_code


@pytest.mark.parametrize(("method", "path"), ASSESS + RULES)
@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", f"Bearer {VALUE}", f"Basic {VALUE}", VALUE, "Bearer é"],
)
def test_without_a_known_key_it_is_401(service: Deployment, method: str, path: str, header: str | None) -> None:
    """For any body; the answer names the scheme."""
    headers = {} if header is None else {b"Authorization": header.encode()}
    with httpx.Client(base_url=service.url) as client:
        answer = client.request(method, path, headers=headers, content=b"{" if method == "POST" else None)

    refused(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("path", OPEN)
def test_operation_and_documentation_ask_for_no_key(service: Deployment, path: str) -> None:
    assert httpx.get(service.url + path).status_code == 200


@pytest.mark.parametrize(
    ("scope", "calls"),
    [("rules", ASSESS), ("reports", ASSESS + RULES), ("reports:HK", ASSESS + RULES), ("assess", RULES)],
)
def test_a_key_of_another_scope_is_403(service: Deployment, scope: str, calls: list[tuple[str, str]]) -> None:
    """The missing scope is named."""
    wanted = {path: "assess" for _, path in ASSESS} | {path: "rules" for _, path in RULES}
    key = service.new_key(scope, name=f"other-{scope.replace(':', '-')}")
    with service.client(key) as client:
        for method, path in calls:
            answer = client.request(method, path, content=b"{" if method == "POST" else None)
            refused(answer, 403)
            assert wanted[path] in answer.json()["detail"]


def test_the_scheme_is_read_in_any_case(service: Deployment) -> None:
    headers = {"Authorization": f"bEARER   {service.key}"}

    assert httpx.post(f"{service.url}/v1/assessments", headers=headers, json=a_withdrawal()).status_code == 200


def test_a_key_is_never_written_down(service: Deployment) -> None:
    """Not in the key file, nor in the log."""
    assert service.key not in (service.state / "keys.yaml").read_text()
    assert service.key not in service.log.read_text()


def test_a_new_key_works_at_once(locked: Deployment) -> None:
    """Even directly after a wrong one."""
    assert status_of(locked, UNKNOWN) == 401
    key = locked.new_key("assess", name="new")

    assert status_of(locked, key) == 200


def test_a_revoked_key_stops_while_another_goes_on(locked: Deployment) -> None:
    key = locked.new_key("assess", name="short-lived")
    assert status_of(locked, key) == 200

    locked.cli("keys", "revoke", "short-lived")
    wait_until(lambda: status_of(locked, key) == 401, timeout=3)
    assert status_of(locked, locked.key) == 200


@pytest.mark.parametrize(
    "content",
    [
        b"keys: [",
        b"keys: {}",
        b"- name: x",
        b"just text",
        b"\xff\xfe",
        b"keys: [{name: x}]",
        b"keys: [{name: x, sha256: short, scopes: [assess]}]",
        b"keys: [7]",
        b"keys: [{name: x, created: 2026-99-99}]",
        b"keys: [{name: x, owner: '', sha256: %s, scopes: [assess]}]" % (b"0" * 64),
        b"[" * 5000,
    ],
)
def test_a_broken_key_file_keeps_the_last_good_keys(locked: Deployment, key_file: bytes, content: bytes) -> None:
    """/readyz answers 200 and degraded until the file is repaired."""
    (locked.state / "keys.yaml").write_bytes(content)

    assert status_of(locked, UNKNOWN) == 401
    answer = httpx.get(f"{locked.url}/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["reasons"] == ["the key file cannot be used"]
    assert "keys.yaml" in answer.json()["keys"]["last_error"]
    assert status_of(locked, locked.key) == 200
    (locked.state / "keys.yaml").write_bytes(key_file)
    assert status_of(locked, UNKNOWN) == 401
    assert locked.readyz()["status"] == "ready"


def test_a_key_file_that_vanishes_keeps_the_last_good_keys(locked: Deployment, key_file: bytes) -> None:
    (locked.state / "keys.yaml").unlink()

    wait_until(lambda: locked.readyz()["status"] == "degraded")
    assert status_of(locked, locked.key) == 200


def test_a_folder_in_the_place_of_the_key_file_keeps_the_last_good_keys(locked: Deployment, key_file: bytes) -> None:
    path = locked.state / "keys.yaml"
    path.unlink()
    path.mkdir()

    assert status_of(locked, UNKNOWN) == 401
    assert "the key file cannot be used" in locked.readyz()["reasons"]
    assert status_of(locked, locked.key) == 200
    path.rmdir()


def test_a_key_file_without_keys_revokes_them_all(locked: Deployment, key_file: bytes) -> None:
    (locked.state / "keys.yaml").write_text("keys: []\n")

    wait_until(lambda: status_of(locked, locked.key) == 401)
    assert locked.readyz()["status"] == "ready"


def test_events_name_the_owner_before_and_after_its_key_was_rotated(service: Deployment) -> None:
    """Also where the key file has no owner, as those of older versions."""
    old = service.new_key("assess", name="acme")
    path = service.state / "keys.yaml"
    path.write_text(path.read_text().replace("  owner: acme\n", ""))
    renewed = service.cli("keys", "rotate", "acme").stdout.split()[-1]

    for number, key in enumerate((old, renewed)):
        with service.client(key) as client:
            client.post("/v1/assessments", json=a_withdrawal(f"wd of acme {number}")).raise_for_status()

    wait_until(lambda: [event["client"] for event in service.events()].count("acme") == 2)


def test_a_test_key_marks_its_events(service: Deployment) -> None:
    """Assessments and outcomes; those of another key are not marked."""
    marks: dict[str, bool] = {}
    for name, test in (("trial", True), ("real", False)):
        with service.client(service.new_key("assess", name=name, test=test)) as client:
            answer = client.post("/v1/assessments", json=a_withdrawal(f"wd of {name}")).json()
            client.post(f"/v1/assessments/{answer['assessment_id']}/outcomes", json={"outcome": "shown"})
            client.post("/v1/outcomes", json=[{"assessment_id": answer["assessment_id"], "outcome": "cancelled"}])
        marks[name] = test

    def events() -> list[tuple[str, bool]]:
        return [(event["client"], event["test"]) for event in service.events() if event["client"] in marks]

    wait_until(lambda: len(events()) >= 6)
    assert sorted(events()) == [("real", False)] * 3 + [("trial", True)] * 3
