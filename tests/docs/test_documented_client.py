"""The client of docs/integration.md keeps every promise of its page, against the service and against a server that
misbehaves."""

import asyncio
import json
import math
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.api.request_models import AGO_LIMIT
from app.domain.outcome import OUTCOME_NAMES
from tests.deployment import Deployment, a_withdrawal
from tests.docs.misbehaving_server import Behaviour, Misbehaving, answer, drips, hangs, misbehaving, resets, sends
from tests.docs.test_docs import INTEGRATION, blocks
from tests.waiting import until, wait_until

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]

THE_CLIENT, WITHOUT_A_LOOP, FOR_THE_PAGE = blocks(INTEGRATION, "python")
ALERT = {"title": "Pause", "actions": [{"kind": "cancel", "label": "Cancel"}], "new": 1}
ASSESSED = json.dumps({"assessment_id": "as_1", "alert": ALERT, "new": {}}).encode()
LOGGER = "the exchange"
# Longer than a busy machine takes for an answer on the loopback, and short enough to wait for twice.
PATIENT, HASTY = 20.0, 0.05


@pytest.fixture(scope="module")
def fallback(running: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "fallback"
    running.cli("fallback", "--out", str(folder))
    return folder


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """What the page's blocks define."""
    namespace: dict[str, Any] = {"__name__": LOGGER}
    for source in (THE_CLIENT, WITHOUT_A_LOOP, FOR_THE_PAGE):
        exec(compile(source, "docs/integration.md", "exec"), namespace)
    return namespace


@pytest.fixture
def made() -> list[Any]:
    """The clients of a test."""
    return []


@pytest.fixture
def make(
    page: dict[str, Any], running: Deployment, fallback: Path, tmp_path: Path, made: list[Any]
) -> Iterator[Callable[..., Any]]:
    """A client for a URL. Its outcomes are in the same file each time."""

    def new(url: str, key: str = running.key, patience: float = PATIENT) -> Any:
        made.append(page["Forewarn"](url, key, fallback, tmp_path / "outcomes", patience))
        return made[-1]

    yield new
    for exchange in made:
        exchange.unsent.close()


@pytest.fixture
def run(made: list[Any]) -> Run[Any]:
    """Runs a story to its end on a loop of its own."""

    async def within(story: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(60):
                return await story
        finally:
            for exchange in made:
                await exchange.http.aclose()

    return lambda story: asyncio.run(within(story))


def default_of(fallback: Path, name: str) -> Any:
    return json.loads((fallback / f"{name}.json").read_bytes())


def test_it_shows_and_reports(run: Run[Any], running: Deployment, make: Callable[..., Any]) -> None:
    """An alert, its outcomes in the stream, and one that will be refused for ever said and dropped."""

    async def story() -> str:
        exchange = make(running.url)
        assessment_id, alert = await exchange.assess(a_withdrawal("wd_documented"))
        assert alert["rule_id"] == "hk/investment-new-address"
        for outcome in ("shown", "cancelled"):
            exchange.report(assessment_id, outcome)
        exchange.report("as_unknown", "shown")
        sending = asyncio.create_task(exchange.send_outcomes())
        await until(lambda: unsent(exchange) == 0)
        sending.cancel()
        return str(assessment_id)

    assessment_id = run(story())
    wait_until(lambda: reported(running, assessment_id) == ["shown", "cancelled"])


def unsent(exchange: Any) -> int:
    """How many outcomes wait."""
    return int(exchange.unsent.execute("SELECT count(*) FROM outcome").fetchone()[0])


def reported(deployment: Deployment, assessment_id: str) -> list[str]:
    return [
        event["outcome"]
        for event in deployment.events()
        if event["assessment_id"] == assessment_id and event["event"] == "outcome"
    ]


def test_it_works_without_an_event_loop_of_the_backend(
    running: Deployment, make: Callable[..., Any], page: Any
) -> None:
    exchange = make(running.url)
    assessment_id, alert = page["assess"](exchange, a_withdrawal("wd_threads"))
    exchange.report(assessment_id, "shown")

    assert alert["rule_id"] == "hk/investment-new-address"
    sending = asyncio.run_coroutine_threadsafe(exchange.send_outcomes(), page["loop"])
    wait_until(lambda: unsent(exchange) == 0)
    sending.cancel()
    asyncio.run_coroutine_threadsafe(exchange.http.aclose(), page["loop"]).result(20)


def test_no_alert_is_no_fallback(run: Run[Any], make: Callable[..., Any]) -> None:
    async def story() -> None:
        body = json.dumps({"assessment_id": "as_1", "alert": None}).encode()
        async with misbehaving(sends(answer(200, body))) as server:
            assert await make(server.url).assess(a_withdrawal()) == ("as_1", None)

    run(story())


# By name: what the server does, how often it is asked, and a word of the log.
FAILURES: dict[str, tuple[Behaviour, int, str]] = {
    "not JSON": (sends(answer(200, b"<html>It works!</html>", kind="text/html")), 1, "JSONDecodeError"),
    "not UTF-8": (sends(answer(200, b'{"assessment_id": "\xff"}')), 1, "UnicodeDecodeError"),
    "nested too deep": (sends(answer(200, b"[" * 100_000)), 1, "Error"),
    "not gzip": (sends(answer(200, b"{}", "content-encoding: gzip")), 1, "DecodingError"),
    "no object": (sends(answer(200, b"[]")), 1, "200"),
    "empty": (sends(answer(200)), 1, "JSONDecodeError"),
    "without an id": (sends(answer(200, b'{"alert": null}')), 1, "200"),
    "without an alert": (sends(answer(200, b'{"assessment_id": "as_1"}')), 1, "200"),
    "an alert of another shape": (sends(answer(200, b'{"assessment_id": "as_1", "alert": "!"}')), 1, "200"),
    "an alert without actions": (sends(answer(200, ASSESSED.replace(b"actions", b"others"))), 1, "200"),
    "redirect": (sends(answer(302, b"", "location: /v1/elsewhere")), 1, "302"),
    "cut off": (sends(answer(200, ASSESSED)[:-9], then_close=True), 2, "RemoteProtocolError"),
    "no HTTP": (sends(b"220 mail.example ESMTP\r\n", then_close=True), 2, "RemoteProtocolError"),
    "closes": (sends(b"", then_close=True), 2, "RemoteProtocolError"),
    "resets": (resets, 2, "ReadError"),
    **{
        f"{status}": (sends(answer(status, b'{"detail": "Why."}')), 1, f"{status} ")
        for status in (400, 401, 403, 404, 408, 413, 415, 422, 429, 431, 501, 503)
    },
    **{f"{status}": (sends(answer(status, b"no JSON")), 2, f"{status} ") for status in (500, 502, 504)},
    "503 with a date": (sends(answer(503, b"", "retry-after: Mon, 30 Nov 2026 10:00:00 GMT")), 1, "503"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_the_fallback_and_a_line_in_the_log(
    run: Run[Any], make: Callable[..., Any], fallback: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Asked once more where that may help, with the same withdrawal."""
    behave, times, said = FAILURES[name]

    async def story() -> None:
        async with misbehaving(behave) as server:
            shown = await make(server.url).assess(a_withdrawal())
            assert shown == (None, default_of(fallback, "HK/zh-Hant"))
            assert [json.loads(body) for body in server.bodies] == [a_withdrawal()] * times

    run(story())
    assert len(said_by(caplog)) == times
    assert all(said in line for line in said_by(caplog))


def said_by(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [caplog.handler.format(record) for record in caplog.records if record.name == LOGGER]


@pytest.mark.parametrize(
    "behave",
    [hangs, drips(b""), drips(b"HTTP/1.1 200 OK\r\nx: "), drips(b"HTTP/1.1 200 OK\r\ncontent-length: 99999\r\n\r\n{")],
    ids=["hangs", "drips its first line", "drips a header", "drips its body"],
)
def test_a_server_that_never_ends_its_answer_holds_nobody(
    run: Run[Any], make: Callable[..., Any], fallback: Path, behave: Behaviour
) -> None:
    """A limit of each step alone would never end. Both connections are closed; none is kept for later."""

    async def story() -> None:
        async with misbehaving(behave) as server:
            assert await make(server.url, patience=HASTY).assess(a_withdrawal()) == (
                None,
                default_of(fallback, "HK/zh-Hant"),
            )
            await until(lambda: server.closed == 2)
            assert (server.opened, len(server.bodies)) == (2, 2)

    run(story())


def test_time_that_the_first_attempt_took_too_much_is_the_second_one_s(run: Run[Any], make: Callable[..., Any]) -> None:
    """A process that had no processor for a while: nothing is left for a second request."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        time.sleep(4 * HASTY)  # noqa: ASYNC251  the whole process stands still
        await hangs(reader, writer)

    async def story() -> None:
        async with misbehaving(behave) as server:
            assert (await make(server.url, patience=HASTY).assess(a_withdrawal()))[0] is None
            assert len(server.bodies) <= 1

    run(story())


def test_it_recovers_from_more_hung_requests_than_it_has_connections(run: Run[Any], make: Callable[..., Any]) -> None:
    hanging = True

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await (hangs if hanging else sends(answer(200, ASSESSED)))(reader, writer)

    async def story() -> None:
        nonlocal hanging
        async with misbehaving(behave) as server:
            exchange = make(server.url, patience=HASTY)
            shown = await asyncio.gather(*(exchange.assess(a_withdrawal(f"wd_{i}")) for i in range(150)))
            assert {id_ for id_, _ in shown} == {None}
            hanging, exchange.attempt_seconds = False, PATIENT
            shown = await asyncio.gather(*(exchange.assess(a_withdrawal(f"wd_{i}")) for i in range(150)))
            assert {id_ for id_, _ in shown} == {"as_1"}

    run(story())


@pytest.mark.parametrize("ends", [resets, sends(b"", then_close=True)], ids=["reset", "closed"])
def test_a_kept_connection_that_the_service_ends_costs_no_alert(
    run: Run[Any], make: Callable[..., Any], ends: Behaviour
) -> None:
    """The service closes an idle connection just as the next request is on its way."""
    calls = iter([sends(answer(200, ASSESSED)), ends, sends(answer(200, ASSESSED))])

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await next(calls)(reader, writer)

    async def story() -> None:
        async with misbehaving(behave) as server:
            exchange = make(server.url)
            for _ in range(2):
                assert await exchange.assess(a_withdrawal()) == ("as_1", ALERT)
            assert (server.opened, len(server.bodies)) == (2, 3)

    run(story())


def test_connections_are_kept_until_the_service_says_close(run: Run[Any], make: Callable[..., Any]) -> None:
    headers: list[str] = []

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sends(answer(200, ASSESSED, *headers))(reader, writer)

    async def story() -> None:
        async with misbehaving(behave) as server:
            exchange = make(server.url)
            for _ in range(3):
                await exchange.assess(a_withdrawal())
            assert server.opened == 1
            headers.append("connection: close")
            for _ in range(3):
                await exchange.assess(a_withdrawal())
            assert server.opened == 3

    run(story())


@pytest.mark.parametrize(
    "changes",
    [{"amount_usd": math.nan}, {"asset": object()}, {"amount": 12500}, {"languages": None}, {"user_id": None}],
    ids=["no number", "no JSON", "refused", "no languages", "no user"],
)
def test_a_mistake_of_the_exchange_is_the_fallback_too(
    run: Run[Any], running: Deployment, make: Callable[..., Any], fallback: Path, changes: dict[str, Any]
) -> None:
    withdrawal = {**a_withdrawal(), "unknown": 1, **changes}
    assert run(make(running.url).assess(withdrawal)) == (None, default_of(fallback, "HK/zh-Hant"))


@pytest.mark.parametrize("region", [None, "", "hk", "SE", 7, ["HK"]])
def test_an_unknown_region_has_the_fallback_for_everybody(
    run: Run[Any], make: Callable[..., Any], fallback: Path, region: object
) -> None:
    assert run(make("http://127.0.0.1:1").assess({"region": region})) == (None, default_of(fallback, "global/en"))


def test_where_no_global_rule_exists_an_unknown_region_has_no_alert(run: Run[Any], make: Callable[..., Any]) -> None:
    exchange = make("http://127.0.0.1:1")
    del exchange.regions["global"]

    assert run(exchange.assess(a_withdrawal(region="SE"))) == (None, None)


def test_a_missing_file_stops_the_start(page: dict[str, Any], fallback: Path, tmp_path: Path) -> None:
    """So that it never stops a withdrawal."""
    (tmp_path / "index.json").write_bytes((fallback / "index.json").read_bytes())

    with pytest.raises(FileNotFoundError, match=r"\.json"):
        page["Forewarn"]("http://127.0.0.1:1", "key", tmp_path, tmp_path / "outcomes")


TAGS: list[list[str]] = [
    *([], ["zh-HK"], ["zh-TW"], ["zh-MO"], ["zh-CN"], ["zh-SG"], ["zh"], ["zh-Hant-CN"], ["zh_HK"], ["ZH-hk"], ["yue"]),
    *(["en-GB"], ["en-AU", "zh"], ["fr", "en"], ["fil"], ["tl-PH", "en"], ["es-419"], ["es-MX"], ["pt-BR"], ["ar-EG"]),
    *(["ms-BN"], ["id"], ["ta-LK"], ["zh-cmn-Hans-CN"], ["zho-TW"], ["cy"], ["gsw"], ["nb"], ["de-1996"], ["ja"]),
    *(["und"], [""], ["not a tag!"], ["en_US.UTF-8"], ["not a tag!", "en"], ["und", "ja"], ["zh-HK-u-ca-roc"]),
    *(["zh-Hant-HK-x-1"], ["en-Shaw", "ar"], ["mul"], ["ca"], ["uk", "zh-Hans"]),
]


def test_the_fallback_speaks_the_language_of_the_answer(
    running: Deployment, make: Callable[..., Any], fallback: Path
) -> None:
    """For every region of the fixture: the table and the service choose alike."""
    regions = json.loads((fallback / "index.json").read_bytes())["regions"]
    exchange, chosen = make(running.url), set()
    with running.client() as client:
        for region in regions:
            for languages in TAGS:
                body = a_withdrawal(region="SE" if region == "global" else region, languages=languages)
                alert = client.post("/v1/assessments", json=body).json()["alert"]
                if alert["region"] != region:  # the fallback is of the region, this alert is for everybody
                    continue
                default = exchange.default_alert(body["region"], languages)
                assert (region, languages, default["language"]) == (region, languages, alert["language"])
                chosen.add((region, default["language"]))
    assert chosen == {(region, language) for region, offered in regions.items() for language in offered["languages"]}


REFUSED: dict[str, bytes] = {
    **{f"{status}": answer(status, b'{"detail": "Why."}') for status in (401, 403, 404, 413, 422, 429, 500, 503)},
    "redirect": answer(302, b"", "location: /v1/elsewhere"),
    "not JSON": answer(200, b"<html>"),
    "no object": answer(200, b"[]"),
    "too few results": answer(200, b'{"results": [{"recorded": true}]}'),
    "results of another shape": answer(200, b'{"results": [1, 2]}'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_outcomes_wait_until_they_are_taken(
    run: Run[Any], make: Callable[..., Any], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Said in the log at once, kept over a restart, and sent in order."""
    answers = iter([REFUSED[name], answer(200, b'{"results": [{"recorded": true}, {"recorded": true}]}')])

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sends(next(answers))(reader, writer)

    async def story() -> None:
        async with misbehaving(behave) as server:
            exchange = make(server.url)
            for outcome in ("shown", "cancelled"):
                exchange.report("as_1", outcome)
            assert (await exchange.send_batch(), unsent(exchange)) == (10, 2)
            assert len(said_by(caplog)) == 1
            restarted = make(server.url)
            assert (await restarted.send_batch(), unsent(restarted)) == (1, 0)
            assert [item["outcome"] for item in json.loads(server.bodies[1])] == ["shown", "cancelled"]

    run(story())


@pytest.mark.parametrize(
    ("header", "waits"),
    [("7", 7), ("120", 120), ("Mon, 30 Nov 2026 10:00:00 GMT", 10), ("-1", 10), ("9" * 5000, 10), ("1.5", 10)],
    ids=["seconds", "minutes", "a date", "the past", "for ever", "a fraction"],
)
def test_the_next_batch_waits_as_told(run: Run[Any], make: Callable[..., Any], header: str, waits: int) -> None:
    async def story() -> None:
        async with misbehaving(sends(answer(503, b"", f"retry-after: {header}"))) as server:
            exchange = make(server.url)
            exchange.report("as_1", "shown")
            assert await exchange.send_batch() == waits

    run(story())


def test_an_outcome_reported_meanwhile_is_not_deleted(run: Run[Any], make: Callable[..., Any]) -> None:
    """Two processes with one file send the same batch, and the table is empty before the slower one hears."""
    slow = asyncio.Event()

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(server.bodies) == 1:
            await slow.wait()
        await sends(answer(200, b'{"results": [{"recorded": true}]}'))(reader, writer)

    server: Misbehaving

    async def story() -> None:
        nonlocal server
        async with misbehaving(behave) as server:
            exchange, other = make(server.url), make(server.url)
            exchange.report("as_1", "shown")
            sending = asyncio.create_task(exchange.send_batch())
            await until(lambda: len(server.bodies) == 1)
            assert (await other.send_batch(), unsent(other)) == (1, 0)
            other.report("as_2", "shown")
            slow.set()
            assert (await sending, unsent(exchange)) == (1, 1)

    run(story())


def test_a_wrong_key_is_said_and_loses_nothing(
    run: Run[Any], running: Deployment, make: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        wrong = make(running.url, key="wrong")
        assert (await wrong.assess(a_withdrawal()))[1]["rule_id"] == "hk/every-withdrawal"
        right = make(running.url)
        assessment_id, _ = await right.assess(a_withdrawal())
        wrong.report(assessment_id, "shown")
        assert (await wrong.send_batch(), unsent(right)) == (10, 1)
        assert (await right.send_batch(), unsent(right)) == (1, 0)

    run(story())
    assert ["401" in line for line in said_by(caplog)] == [True, True]


def test_a_batch_is_never_too_large(run: Run[Any], running: Deployment, make: Callable[..., Any]) -> None:
    async def story() -> list[int]:
        exchange = make(running.url)
        assessment_id, _ = await exchange.assess(a_withdrawal("wd_many"))
        for _ in range(1100):
            exchange.report(
                assessment_id, "confirmed_legitimate", AGO_LIMIT, visible_ms=2**31 - 1, ignored_inputs=2**31 - 1
            )
        return [unsent(exchange) for _ in range(3) if await exchange.send_batch()]

    assert run(story()) == [600, 100, 0]


# What an event of the alert says, but its outcome and its age.
MEASURED = {"visible_ms": 8120, "scrolled": True, "ignored_inputs": 1}


def event_of(outcome: Any, **changes: Any) -> bytes:
    return json.dumps({"outcome": outcome, "assessment_id": "as_1", "ago_ms": 12} | MEASURED | changes).encode()


def test_the_time_of_an_event_is_fixed_when_the_backend_receives_it(
    run: Run[Any], running: Deployment, make: Callable[..., Any], page: Any
) -> None:
    """Sent again after a refusal, it has the same time, and what the alert measured. The id is the backend's own."""
    answers = iter([answer(503), answer(200, b'{"results": [{"recorded": true}]}')])

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await sends(next(answers))(reader, writer)

    async def story() -> None:
        async with misbehaving(behave) as server:
            exchange = make(server.url)
            before = datetime.now(UTC)
            assert page["page_says"](exchange, "as_mine", event_of("cancelled", ago_ms=90_000))
            after = datetime.now(UTC)
            assert [await exchange.send_batch() for _ in range(2)] == [10, 1]
            first, second = (json.loads(body) for body in server.bodies)
            assert first == second
            (sent,) = second
            occurred = datetime.fromisoformat(sent.pop("occurred_at"))
            assert before <= occurred + timedelta(seconds=90) <= after
            assert sent == {"assessment_id": "as_mine", "outcome": "cancelled"} | MEASURED

    run(story())


def test_the_service_takes_what_the_endpoint_keeps(
    run: Run[Any], running: Deployment, make: Callable[..., Any], page: Any
) -> None:
    """Every outcome that a page may say, measured or not."""
    said = ["shown", "reviewed", "reported", "cancelled", "proceeded", "abandoned"]

    async def story() -> str:
        exchange = make(running.url)
        assessment_id, _ = await exchange.assess(a_withdrawal("wd_of_a_page"))
        for outcome in OUTCOME_NAMES:
            assert page["page_says"](exchange, assessment_id, event_of(outcome)) is (outcome in said)
        for measured in (dict.fromkeys(MEASURED), {"visible_ms": "8120", "scrolled": 1, "ignored_inputs": True}):
            assert page["page_says"](exchange, assessment_id, event_of("shown", **measured))
        assert (await exchange.send_batch(), unsent(exchange)) == (1, 0)
        return str(assessment_id)

    assessment_id = run(story())
    wait_until(lambda: len(reported(running, assessment_id)) == 8)
    assert set(reported(running, assessment_id)) == set(said)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"\xff", b"{", b"null", b"7", b'"shown"', b"[]", b"{}", b"[" * 100_000),
        *(event_of(outcome) for outcome in ("amended", "withheld", "confirmed_scam", "Shown", "")),
        *map(event_of, (None, 1, ["shown"], {"shown": 1})),
        *(event_of("shown", ago_ms=age) for age in (None, -1, 1.5, True, "12", AGO_LIMIT + 1, 10**400)),
        b'{"outcome": "shown"}',
        b'{"outcome": "shown", "ago_ms": NaN}',
    ],
    ids=lambda body: body[:60].decode("ascii", "replace"),
)
def test_the_endpoint_keeps_nothing_that_no_page_of_theirs_sent(
    running: Deployment, make: Callable[..., Any], page: Any, body: bytes
) -> None:
    exchange = make(running.url)

    assert page["page_says"](exchange, "as_mine", body) is False
    assert unsent(exchange) == 0
