"""The npm package @forewarn/alert, as somebody gets it who installs its tarball."""

import gzip
import json
import re
import shutil
import subprocess
import tomllib
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha384
from pathlib import Path

import pytest

from tests.deployment import ROOT

WEB = ROOT / "clients/web"
DIST = WEB / "dist"
MODULES = WEB / "node_modules"
PACKAGE = json.loads((WEB / "package.json").read_text())
COMPONENT = (ROOT / "docs/component.md").read_text()

needs_npm = pytest.mark.skipif(
    shutil.which("npm") is None or not MODULES.is_dir(),
    reason="needs npm, and `make setup` with it, which installs clients/web/node_modules",
)

_PAGE = """
import { ForewarnAlert, type Alert, type Outcome } from "@forewarn/alert";
import arabic from "@forewarn/alert/words/ar";
import { alertToHTML } from "@forewarn/alert/static";

const version: string = ForewarnAlert.version;
const element = document.createElement("forewarn-alert");
element.words = { ...arabic, read: version };
element.assessment = { assessment_id: "as_1", alert: null };
element.addEventListener("forewarn-outcome", ({ detail }) => {
  const outcome: Outcome = detail.outcome;
  const age: number = detail.ago_ms;
  // @ts-expect-error: no such outcome
  if (detail.outcome === "canceled") console.log(outcome, age);
});
document.body.addEventListener("forewarn-error", ({ detail: { reason, message } }) => console.log(reason, message));
const alert: Alert | null = element.alert;
document.body.innerHTML = alertToHTML(alert);
// @ts-expect-error: a number is no alert
element.alert = 5;
"""


_REACT = """
import { ForewarnAlert } from "@forewarn/alert/react";

export const wrapped = <ForewarnAlert assessment={null} onOutcome={({ detail }) => console.log(detail.ago_ms)} />;
export const raw = <forewarn-alert heading-level={3} onforewarn-error={({ detail }) => console.log(detail.reason)} />;
// @ts-expect-error: no such theme
export const wrong = <forewarn-alert theme="blue" />;
"""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with nothing but the package in its node_modules."""
    folder = tmp_path_factory.mktemp("installed")
    run("npm", "pack", str(WEB), "--pack-destination", str(folder), cwd=folder)
    (tarball,) = folder.glob("*.tgz")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run("npm", "install", "--offline", "--no-audit", "--no-fund", str(tarball), cwd=folder)
    yield folder
    shutil.rmtree(folder)


def test_the_script_is_small() -> None:
    """With everything that it needs to show an alert in English; the words of another language are one file more."""
    size = len(gzip.compress((DIST / "forewarn-alert.js").read_bytes(), 9))

    assert size <= 10_500


def test_its_version_is_that_of_forewarn() -> None:
    forewarn = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert PACKAGE["version"] == forewarn["version"]


@needs_npm
def test_what_is_committed_is_what_the_sources_build() -> None:
    """Their types are checked where npm packs them."""
    run("node", "build.mjs", "--check", cwd=WEB)


@needs_npm
def test_the_tarball_has_what_is_exported_and_the_licence(installed: Path) -> None:
    package = installed / "node_modules/@forewarn/alert"
    exported = [target for entry in PACKAGE["exports"].values() for target in flat(entry)]

    for path in [*exported, PACKAGE["customElements"], "LICENSE", "README.md"]:
        assert list(package.glob(path)), path
    assert not (package / "src").exists()


def flat(entry: str | dict[str, str]) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


@needs_npm
def test_every_entry_can_be_imported_where_there_is_no_dom(installed: Path) -> None:
    """But ./react, which needs React: test_frameworks.py renders it on a server."""
    entries = [name.removeprefix(".").replace("*", "ar") for name in PACKAGE["exports"] if name != "./react"]
    json_type = ', {with: {type: "json"}}'
    imports = [
        f'await import("@forewarn/alert{entry}"{json_type if entry.endswith(".json") else ""});' for entry in entries
    ]

    run("node", "--no-warnings", "--input-type=module", "--eval", "\n".join(imports), cwd=installed)


@needs_npm
@pytest.mark.parametrize("resolution", ["bundler", "node16"])
def test_its_types_are_strict(installed: Path, resolution: str) -> None:
    (installed / "element.ts").write_text(_PAGE)
    (installed / "react.tsx").write_text(_REACT)
    for name in ("@types/react", "csstype"):
        (there := installed / "node_modules" / name).parent.mkdir(exist_ok=True)
        if not there.exists():
            there.symlink_to(MODULES / name)
    module = "esnext" if resolution == "bundler" else "node16"
    strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022", "--jsx", "react-jsx"]
    compiler = str(MODULES / "typescript/bin/tsc")
    files = ["--skipDefaultLibCheck", "element.ts", "react.tsx"]

    run("node", compiler, *strict, "--module", module, "--moduleResolution", resolution, *files, cwd=installed)


@needs_npm
def test_a_bundler_keeps_the_element_and_splits_off_the_words(installed: Path) -> None:
    (installed / "app.js").write_text('import "@forewarn/alert";')
    bundler = str(MODULES / "esbuild/bin/esbuild")

    run(bundler, "app.js", "--bundle", "--splitting", "--format=esm", "--outdir=bundled", cwd=installed)

    assert "customElements.define(" in (installed / "bundled/app.js").read_text()
    assert len(list((installed / "bundled").glob("ar-*.js"))) == 1


@needs_npm
def test_the_manifest_describes_the_element(installed: Path) -> None:
    manifest = json.loads((installed / "node_modules/@forewarn/alert/custom-elements.json").read_text())
    (element,) = [each for module in manifest["modules"] for each in module["declarations"] if "tagName" in each]

    assert element["tagName"] == "forewarn-alert"
    assert {event["name"] for event in element["events"]} == {"forewarn-ready", "forewarn-error", "forewarn-outcome"}
    assert {"assessment", "alert", "placement", "theme"} <= {each["name"] for each in element["attributes"]}
    assert {each["name"].removeprefix("--forewarn-") for each in element["cssProperties"]} == set(tokens())


def tokens() -> dict[str, str]:
    """Their descriptions, by name."""
    groups = json.loads((WEB / "tokens.json").read_text())
    return {
        name: token["$description"]
        for group in groups.values()
        if isinstance(group, dict)
        for name, token in group.items()
        if not name.startswith("$")
    }


def test_the_tokens_are_what_the_style_sheet_reads() -> None:
    read = set(re.findall(r"var\(--forewarn-([a-z-]+)", (DIST / "forewarn-alert.js").read_text()))

    assert read == set(tokens())


def test_a_colour_has_a_value_by_day_and_by_night() -> None:
    groups = json.loads((WEB / "tokens.json").read_text())

    assert set(groups["light"]) == set(groups["dark"])


def test_the_document_lists_the_tokens() -> None:
    rows = re.findall(r"^\| (`--forewarn-.*?) \|", COMPONENT, re.MULTILINE)
    listed = re.findall(r"`--forewarn-([a-z-]+)`", " ".join(rows))

    assert sorted(listed) == sorted(tokens())


def test_the_document_shows_the_hashes_of_the_scripts() -> None:
    shown = re.findall(r'/(forewarn-alert[.\w]*\.js)" integrity="sha384-([^"]+)"', COMPONENT)

    assert {name for name, _ in shown} == {"forewarn-alert.js", "forewarn-alert.all.js"}
    for name, value in shown:
        assert value == b64encode(sha384((DIST / name).read_bytes()).digest()).decode(), name


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_a_page_shows_every_state(tmp_path: Path) -> None:
    for folder in ("golden", "icons.json", "web/dist", "web/states.mjs"):
        (there := tmp_path / folder).parent.mkdir(exist_ok=True)
        there.symlink_to(ROOT / "clients" / folder)

    run("node", "--preserve-symlinks-main", "web/states.mjs", cwd=tmp_path)

    pages = [page.read_text() for page in (tmp_path / "web/dist-states").glob("*-*.html")]
    assert [page.count("<forewarn-alert ") for page in pages if "Cases" not in page.split("</title>")[0]] == [64] * 9
