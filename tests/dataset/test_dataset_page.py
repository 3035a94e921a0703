"""docs/dataset.md says what the schema says."""

from app.dataset.schema import COLUMNS, SCHEMA, reference
from tests.deployment import ROOT


def test_the_page_lists_every_column_as_it_is() -> None:
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert "\n".join(reference()) in page


def test_every_column_has_a_meaning() -> None:
    assert [column.name for column in COLUMNS] == SCHEMA.names
    assert all(column.meaning.endswith(".") or "..." in column.meaning for column in COLUMNS)
