"""Small folders of rules and texts."""

from pathlib import Path

from tests.deployment import FIXTURE, write_tree

FILES = {
    "rules/facts.yaml": (FIXTURE / "rules/facts.yaml").read_text(),
    "rules/typologies.yaml": (FIXTURE / "rules/typologies.yaml").read_text(),
    "rules/hk/region.yaml": "name: Hong Kong\npartner: {name: Hong Kong Police Force}\nlanguages: [en]\n"
    "accept: {no-verified-contact: A sample that needs no contact.}\n",
    "rules/hk/every.yaml": "typology: general\nseverity: info\nrationale: All.\nmessage: every\n"
    "examples: [{given: {}, expect: match}]\n",
    "locales/hk/en.yaml": (
        "language: en\nstatus: sample\ndefaults: {actions: {cancel: Cancel, proceed: Proceed}}\n"
        "messages:\n  every: {title: Take a moment, body: [Ask somebody you trust.]}\n"
    ),
}


def tree(folder: Path, title: str = "Take a moment", **changes: str) -> tuple[str, ...]:
    """Writes the files, with changes by name. Returns the options that name the folders."""
    files = FILES | {"locales/hk/en.yaml": FILES["locales/hk/en.yaml"].replace("Take a moment", title)} | changes
    write_tree(folder, files)
    return ("--rules", str(folder / "rules"), "--locales", str(folder / "locales"))


def broken(folder: Path) -> tuple[str, ...]:
    """A rule with an unknown fact in line 5."""
    return tree(folder, **{"rules/hk/every.yaml": f"{RULE}when: {{aset: USDT}}\n"})


RULE = "typology: general\nseverity: info\nrationale: All.\nmessage: every\n"
