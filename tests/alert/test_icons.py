"""clients/icons.json: an icon for each typology, for the web component and for native apps."""

import gzip
import json
import re

import yaml

from tests.deployment import FIXTURE, ROOT

ICONS = json.loads((ROOT / "clients/icons.json").read_text())


def test_every_typology_has_an_icon_of_its_own() -> None:
    typologies = yaml.safe_load((FIXTURE / "rules/typologies.yaml").read_text())["typologies"]

    assert set(typologies) <= set(ICONS)
    assert len({tuple(icon["paths"]) for icon in ICONS.values()}) == len(ICONS)


def test_unknown_typologies_have_the_general_icon() -> None:
    assert "general" in ICONS


def test_an_icon_stays_on_its_grid_and_names_symbols_of_the_platforms() -> None:
    for name, icon in ICONS.items():
        assert 1 <= len(icon["paths"]) <= 3, name
        assert all(re.fullmatch(r"M[0-9a-zA-Z .-]+", path) for path in icon["paths"]), name
        assert re.fullmatch(r"[a-z0-9.]+", icon["sf_symbol"]), name
        assert re.fullmatch(r"[a-z0-9_]+", icon["material_symbol"]), name


def test_the_icons_leave_room_for_the_component() -> None:
    paths = json.dumps({name: icon["paths"] for name, icon in ICONS.items()}, separators=(",", ":"))

    assert len(gzip.compress(paths.encode(), 9)) <= 1_300
