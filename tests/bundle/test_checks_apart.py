"""Workers enforce a bundle's format and know no check: stricter checks never take a bundle out of service."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from app.bundle.decode import decode_all
from app.domain.message import FIRST_VARIANT
from tests.bundle.test_golden_bundle import GOLDEN
from tests.checks.folders import TEXTS, checked
from tests.deployment import ROOT, Deployment, a_withdrawal
from tests.redis_server import RedisServer

STRICTER = "tests.bundle.stricter_service"


def folders(root: Path) -> None:
    """The golden files as today's checks want them: the source of a contact is a page."""
    for name in ("rules", "locales"):
        shutil.copytree(GOLDEN / name, root / "golden" / name)
    region = root / "golden/rules/hk/region.yaml"
    text = region.read_text(encoding="utf-8").replace("source: page", 'source: "https://police.example"')
    region.write_text(text, encoding="utf-8")


def options(root: Path) -> tuple[str, ...]:
    return "--rules", str(root / "golden/rules"), "--locales", str(root / "golden/locales")


@pytest.fixture
def upgraded(tmp_path: Path, redis_server: RedisServer) -> Iterator[Deployment]:
    """Published by this version; what runs then is a version with stricter checks."""
    deployment = Deployment(tmp_path, redis_server)
    folders(tmp_path)
    deployment.cli("publish", *options(tmp_path))
    deployment.program = STRICTER
    try:
        yield deployment
    finally:
        deployment.close()


def alert_of(deployment: Deployment) -> str:
    """The title that a user of the golden rules is shown."""
    withdrawal = a_withdrawal(languages=["en"], channel="app", account={"first_withdrawal": False})
    with deployment.client() as client:
        answer = client.post("/v1/assessments", json=withdrawal)
    assert answer.status_code == 200, answer.text
    title: str = answer.json()["alert"]["title"]
    return title


def test_stricter_checks_serve_a_bundle_from_redis(upgraded: Deployment, tmp_path: Path) -> None:
    """The worker reads a bundle that its own `forewarn check` would refuse."""
    upgraded.start()

    assert alert_of(upgraded) == "Somebody may be watching"
    refused = upgraded.cli("check", *options(tmp_path), ok=False)
    assert refused.returncode == 1
    assert "refused by" in refused.stdout


def test_stricter_checks_serve_a_bundle_from_disk(upgraded: Deployment) -> None:
    """An upgrade and a restart while Redis is down."""
    upgraded.program = "app"
    upgraded.start()
    upgraded.stop()
    upgraded.redis.stop()

    upgraded.program = STRICTER
    upgraded.start()

    assert alert_of(upgraded) == "Somebody may be watching"
    assert upgraded.readyz()["bundle"]["stale"] is True


def test_a_worker_imports_no_check() -> None:
    """Whatever `forewarn serve` runs in a worker, and its own command, in an interpreter of its own."""
    script = "import app.main, app.commands.serve, sys; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    loaded = done.stdout.split()
    assert "app.bundle.decode" in loaded
    assert [name for name in loaded if name.startswith(("app.checks", "app.authoring"))] == []


def test_a_text_that_only_a_check_refuses_is_served(tmp_path: Path) -> None:
    """An address, markup and a hidden character are for the checks to find: before the bundle is published."""
    bundle = checked(tmp_path).bundle
    assert bundle is not None
    lines = [orjson.loads(line) for line in bundle.splitlines()]
    for line in lines:
        if line["kind"] == "message":
            line["title"] = "Go\u200b to <b>evil.example</b>"

    content = decode_all(b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines))

    wording = content.texts["hk", "en"].messages["investment"].wordings[FIRST_VARIANT]
    assert wording.title.source == "Go\u200b to <b>evil.example</b>"
    assert not checked(tmp_path, {"locales/hk/en.yaml": TEXTS.replace("title: Stop", "title: evil.example")}).content
