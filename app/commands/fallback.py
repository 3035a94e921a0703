"""`forewarn fallback`: the alerts that an exchange keeps as files, to show when the service does not answer."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from app.authoring.countries import countries
from app.commands import rule_folders
from app.commands.options import FOLDER, folder_options
from app.domain.condition import ALWAYS
from app.domain.errors import ForewarnError
from app.domain.region import GLOBAL
from app.domain.rule import Rule
from app.service.language_choice import foreign_language
from app.service.language_table import language_table
from app.service.rulebook import Jurisdiction, Rulebook
from app.storage.atomic_file import write_atomically

_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@click.command()
@click.option("--out", type=FOLDER, required=True, help="Folder to write to.")
@folder_options
def fallback(out: Path, rules: Path | None, locales: Path | None) -> None:
    """Write one default alert per region and language as JSON.

    The exchange shows them when the service does not answer. The files are OUT/HK/zh-Hant.json and so on;
    OUT/index.json lists each region's languages, the default first, the one for users of none of them, and
    which of them each language tag means.
    """
    written = write(rule_folders.rulebook(rule_folders.find(rules, locales), click.echo), out)
    click.echo(f"Wrote {len(written)} files to {out}")


def write(rulebook: Rulebook, out: Path) -> list[Path]:
    """Writes `{region}/{language}.json` and an index; removes files that only the earlier index lists.

    Raises ForewarnError, and writes nothing, if a region has no alert to show.
    """
    default = {GLOBAL: rulebook.default_jurisdiction} if GLOBAL in rulebook.content.regions else {}
    jurisdictions = {**rulebook.jurisdictions, **default}
    chosen = {code: _default_rule(code, jurisdiction) for code, jurisdiction in sorted(jurisdictions.items())}
    missing = [code for code, rule in chosen.items() if rule is None]
    if missing:
        raise ForewarnError(f"No enabled rule without conditions, own or global, for: {', '.join(missing)}")
    before = _listed(out)
    written = []
    index: dict[str, object] = {}
    for code, rule in chosen.items():
        if rule is None:
            continue
        languages = rulebook.owner(rule).region.languages
        index[code] = {
            "default_language": languages[0],
            "foreign_language": foreign_language(languages),
            "languages": list(languages),
            "tags": language_table(languages, countries()),
            "rule_id": rule.id,
        }
        for language in languages:
            variant = "a" if rulebook.owner(rule).messages[rule.message].variants else None
            alert = rulebook.rendered(rule, language, variant, {})
            written.append(_write(out / code / f"{language}.json", alert))
    for path in before - set(written):
        path.unlink(missing_ok=True)
    written.append(_write(out / "index.json", {"revision": rulebook.revision, "regions": index}))
    return written


def _listed(out: Path) -> set[Path]:
    """The files that the index there lists, if there is one."""
    try:
        regions = orjson.loads((out / "index.json").read_bytes())["regions"]
        return {out / code / f"{language}.json" for code, region in regions.items() for language in region["languages"]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def _default_rule(code: str, jurisdiction: Jurisdiction) -> Rule | None:
    """The first rule that matches every withdrawal: the region's own, or else a global one."""
    today = jurisdiction.calendar.day(datetime.now(UTC).timestamp())
    global_rules = jurisdiction.rules.global_rules.rules if jurisdiction.rules.joining.apply(own_match=False) else ()
    candidates: Iterable[Rule] = (*jurisdiction.rules.own.rules, *global_rules)
    return next((rule for rule in candidates if rule.when == ALWAYS and rule.applies_on(today)), None)


def _write(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, orjson.dumps(content, option=_PRETTY))
    return path
