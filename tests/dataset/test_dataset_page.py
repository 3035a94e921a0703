"""docs/dataset.md lists the columns of the schema."""

from app.dataset.schema import SCHEMA, reference
from app.domain.event import FIELDS
from tests.deployment import ROOT


def test_the_page_lists_every_column_as_it_is() -> None:
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert "\n".join(reference()) in page


def test_every_column_has_a_meaning() -> None:
    assert [field.name for field in FIELDS] == SCHEMA.names
    assert all(field.meaning.endswith(".") or "..." in field.meaning for field in FIELDS)
