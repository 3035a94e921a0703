"""Signing in with a key: the cookie, sign-out, revocation, and other sites."""

import pytest

from app.commands import keys
from app.console.login_sessions import IDLE, LIFETIME, PER_KEY, LoginSessions
from app.console.principal import COOKIE
from tests.console.conftest import Console
from tests.waiting import wait_until


def signed_in(console: Console, key: str = "analyst") -> str:
    with console.client(None) as client:
        answered = client.post("/login", data={"key": console.keys[key], "next": "/?region=HK"})
    assert answered.status_code == 303
    assert answered.headers["location"] == "/?region=HK"
    cookie: str = answered.headers["set-cookie"]
    return cookie


def session_of(cookie: str) -> dict[str, str]:
    return {COOKIE: cookie.partition(";")[0].partition("=")[2]}


def test_the_cookie_is_out_of_scripts_and_other_sites_reach_and_is_not_the_key(console: Console) -> None:
    cookie = signed_in(console)
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/", f"max-age={int(LIFETIME)}"} <= flags
    assert console.keys["analyst"] not in cookie
    assert "secure" not in flags  # plain HTTP on this machine; over HTTPS see the next test


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(console: Console) -> None:
    with console.client(None) as client:
        answered = client.post("/login", data={"key": console.keys["analyst"]}, headers={"X-Forwarded-Proto": "https"})
    cookie = answered.headers["set-cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie


def test_a_session_reads_pages_and_reports_until_it_is_signed_out(console: Console) -> None:
    with console.client(None, cookies=session_of(signed_in(console))) as client:
        assert client.get("/").status_code == 200
        assert client.get("/v1/reports/volume").status_code == 200
        assert client.post("/logout").headers["location"] == "/login"
        assert client.get("/v1/reports/volume").status_code == 401


def test_without_a_session_the_dashboard_asks_for_a_key_and_comes_back(console: Console) -> None:
    with console.client(None) as client:
        answered = client.get("/?region=HK&window=7d")
    assert answered.status_code == 303
    assert answered.headers["location"] == "/login?next=%2F%3Fregion%3DHK%26window%3D7d"


@pytest.mark.parametrize("key", ["fw_wrong", "", "exchange"])
def test_a_key_that_may_not_is_refused_without_a_cookie(console: Console, key: str) -> None:
    with console.client(None) as client:
        answered = client.post("/login", data={"key": console.keys.get(key, key)})
    assert answered.status_code == 401
    assert "set-cookie" not in answered.headers
    assert "fw_" not in answered.text


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_another_site_can_sign_nobody_in_or_out(console: Console, path: str, headers: dict[str, str]) -> None:
    with console.client(None, cookies=session_of(signed_in(console))) as client:
        assert client.post(path, data={"key": console.keys["analyst"]}, headers=headers).status_code == 403
        assert client.get("/v1/reports/volume").status_code == 200


@pytest.mark.parametrize(
    "next_page", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/login"]
)
def test_signing_in_leads_to_no_other_site(console: Console, next_page: str) -> None:
    with console.client(None) as client:
        answered = client.post("/login", data={"key": console.keys["analyst"], "next": next_page})
    assert answered.headers["location"] == "/"


def test_a_revoked_key_is_signed_out_at_once(own_console: Console) -> None:
    with own_console.client(None, cookies=session_of(signed_in(own_console))) as client:
        assert client.get("/v1/reports/volume").status_code == 200
        keys.revoke(own_console.key_file, "analyst")
        wait_until(lambda: client.get("/v1/reports/volume").status_code == 401, timeout=2)


def test_a_body_that_is_no_form_is_refused(console: Console) -> None:
    with console.client(None) as client:
        assert client.post("/login", content=b"x" * 100_000).status_code == 403
        assert client.post("/login", data={"key": "x" * 100_000}).status_code == 403
        assert client.post("/login", data={f"field{number}": "x" for number in range(9)}).status_code == 403


def test_a_session_ends_when_its_time_is_over() -> None:
    """However much it is used."""
    time = [0.0]
    sessions = LoginSessions(lambda: time[0])
    session = sessions.begin(b"Bearer fw_key")
    while time[0] < LIFETIME:
        assert sessions.find(session) is not None
        time[0] += IDLE / 2
    assert sessions.find(session) is None
    assert sessions.find(None) is None
    assert len(sessions) == 0


def test_a_session_that_nobody_uses_ends_sooner() -> None:
    time = [0.0]
    sessions = LoginSessions(lambda: time[0])
    session = sessions.begin(b"Bearer fw_key")
    time[0] = IDLE - 1
    assert sessions.find(session) is not None
    time[0] += IDLE
    assert sessions.find(session) is None


def test_one_key_ends_only_its_own_sessions() -> None:
    sessions = LoginSessions(lambda: 0.0)
    others = sessions.begin(b"Bearer fw_other")
    own = [sessions.begin(b"Bearer fw_key") for _ in range(2_000)]
    assert sessions.find(others) is not None
    assert [sessions.find(one) is not None for one in own] == [False] * (2_000 - PER_KEY) + [True] * PER_KEY
    assert len(sessions) == PER_KEY + 1


def test_signing_in_again_ends_the_session_before(console: Console) -> None:
    """And a session id that somebody else planted is not taken over."""
    before = session_of(signed_in(console))
    with console.client(None, cookies=before) as client:
        answered = client.post("/login", data={"key": console.keys["analyst"]})
        after = session_of(answered.headers["set-cookie"])
    assert after != before
    for cookies, status in ((before, 401), (after, 200)):
        with console.client(None, cookies=cookies) as client:
            assert client.get("/v1/reports/volume").status_code == status
