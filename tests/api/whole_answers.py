"""What an answer must be: what its model says, and nothing that its model does not name."""

from typing import Any

from pydantic import BaseModel


def whole(model: type[BaseModel], answer: Any) -> None:
    """The models are open, for clients; a field that the service adds without naming it fails here."""
    assert model.model_validate(answer, strict=True).model_dump(exclude_unset=True) == answer
