"""The valid parts of a document are recovered, whatever else is wrong in it."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from app.authoring.entry_types import bare, entries, is_form, of_field
from app.authoring.error_recovery import recover, stand_in
from app.authoring.facts_file import FactsFile
from app.authoring.region_file import RegionFile
from app.authoring.rule_file import RuleFile
from app.authoring.text_file import TextFile
from app.authoring.typologies_file import TypologiesFile
from tests.checks.folders import FILES, REGION_PATH, RULE_PATH, TEXT_PATH

FORMS: dict[str, type[BaseModel]] = {
    RULE_PATH: RuleFile,
    REGION_PATH: RegionFile,
    TEXT_PATH: TextFile,
    "rules/facts.yaml": FactsFile,
    "rules/typologies.yaml": TypologiesFile,
}


def every(annotation: Any) -> Iterator[Any]:
    """The annotations of a form's values, and of the values inside them."""
    yield annotation
    inner = bare(annotation)
    parts = [of_field(info) for info in entries(inner).values()] if is_form(inner) else get_args(inner)[-1:]
    for part in parts:
        if not isinstance(part, str) and part is not object:
            yield from every(part)


@pytest.mark.parametrize("form", FORMS.values())
def test_every_kind_of_value_has_a_stand_in(form: type[BaseModel]) -> None:
    for annotation in every(form):
        TypeAdapter(annotation).validate_python(stand_in(annotation), strict=True)


def test_wrong_values_are_named_and_the_rest_is_kept() -> None:
    data = {"severity": "hihg", "typology": "x", "rationale": "r", "typo": 1, "examples": [{"given": {"a": 1}}]}

    recovered = recover(RuleFile, data)

    assert recovered is not None
    assert recovered.stand_ins == {("severity",), ("message",), ("examples", 0, "expect")}
    assert recovered.lost == {("typo",)}
    assert (recovered.form.typology, recovered.form.examples[0].given) == ("x", {"a": 1})
    assert data["severity"] == "hihg"


wrong = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=3),
    st.builds(dict),
    st.lists(st.builds(dict), max_size=1),
)


def _damage(data: Any, draw: st.DrawFn) -> Any:
    """Somewhere inside, another value."""
    if draw(st.integers(0, 9)) == 0:
        return draw(wrong)
    if isinstance(data, dict):
        return {draw(st.sampled_from([key, key, key, "B!"])): _damage(value, draw) for key, value in data.items()}
    return [_damage(item, draw) for item in data] if isinstance(data, list) else data


@st.composite
def damaged(draw: st.DrawFn) -> tuple[type[BaseModel], Any]:
    path = draw(st.sampled_from(sorted(FORMS)))
    return FORMS[path], _damage(yaml.safe_load(FILES[path]), draw)


@settings(max_examples=200, deadline=None)
@given(damaged())
def test_any_mapping_can_be_recovered(case: tuple[type[BaseModel], Any]) -> None:
    form, data = case

    assert (recover(form, data) is not None) is isinstance(data, dict)
