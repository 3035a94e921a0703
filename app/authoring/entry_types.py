"""The types of a form's entries, with their limits, by the path of an entry."""

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.authoring.problem import Path


def annotation_at(form: type[BaseModel], where: Path) -> Any:
    """The annotation of the value at a path; `object` inside free entries."""
    here: Any = form
    for part in where:
        here = _inside(bare(here), part)
    return here


def bare(annotation: Any) -> Any:
    """The type without its limits, and without the None of an optional entry."""
    while True:
        origin, parts = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            annotation = parts[0]
        elif origin in {Union, UnionType}:
            annotation = next(part for part in parts if part is not type(None))
        else:
            return annotation


def form_at(form: type[BaseModel], where: Path) -> type[BaseModel] | None:
    """The form at a path; None inside free entries."""
    found = bare(annotation_at(form, where))
    return found if is_form(found) else None


def is_form(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def entries(form: type[BaseModel]) -> dict[str, FieldInfo]:
    """The entries of a form by the names that authors write."""
    return {info.alias or name: info for name, info in form.model_fields.items()}


def limits(annotation: Any) -> dict[str, Any]:
    """`ge` and `le` of a number, where it has them."""
    return {name: getattr(each, name) for each in _metadata(annotation) for name in ("ge", "le") if hasattr(each, name)}


def of_field(info: FieldInfo) -> Any:
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def _inside(annotation: Any, part: str | int) -> Any:
    if is_form(annotation):
        info = entries(annotation).get(str(part))
        return object if info is None else of_field(info)
    return get_args(annotation)[-1] if get_origin(annotation) in {list, dict} else object


def _metadata(annotation: Any) -> Iterator[Any]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _metadata(parts[0])
        for each in parts[1:]:
            yield from each.metadata if isinstance(each, FieldInfo) else (each,)
    elif origin in {Union, UnionType}:
        for part in parts:
            yield from _metadata(part)
