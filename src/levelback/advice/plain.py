"""Turns plain TOML data into the frozen rows of this package, where it fits exactly.

This is the quick way for tables that fit, as the packaged ones do. Where something does not fit, pydantic
looks at it again and says what and where (see `tables.validate`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Literal, TypeVar, cast, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


class MisfitError(Exception):
    """The data does not fit the form."""


def fit(raw: object, form: type[Value]) -> Value:
    """Return `raw` as the dataclass, tuple or plain type `form`; raises MisfitError where it is not one.

    Text must be trimmed and not empty, whole numbers count as decimal ones, and every key must be known.
    """
    return cast(Value, _fit(raw, form))


def _fit(raw: object, form: object) -> object:
    origin, inner = get_origin(form), get_args(form)
    if isinstance(form, type) and is_dataclass(form):
        return _row(raw, form)
    if origin is tuple:
        return _tuple(raw, inner)
    if origin is Literal and raw in inner:
        return raw
    if isinstance(form, UnionType) and type(raw) in inner:
        return _fit(raw, type(raw))
    if form is float and type(raw) is int:
        return float(raw)
    if type(raw) is form and not (isinstance(raw, str) and raw != (raw.strip() or None)):
        return raw
    raise MisfitError


def _tuple(raw: object, inner: Sequence[object]) -> tuple[object, ...]:
    if not isinstance(raw, (list, tuple)) or (inner[-1] is not Ellipsis and len(raw) != len(inner)):
        raise MisfitError
    forms = inner if inner[-1] is not Ellipsis else [inner[0]] * len(raw)
    return tuple(_fit(item, form) for item, form in zip(raw, forms, strict=True))


def _row(raw: object, form: type) -> object:
    hints, needed = _form(form)
    if not isinstance(raw, dict) or not needed <= raw.keys() <= hints.keys():
        raise MisfitError
    return form(**{key: _fit(value, hints[key]) for key, value in raw.items()})


@cache
def _form(form: type) -> tuple[dict[str, object], set[str]]:
    """Return the types of a dataclass's fields, and which of them must be given."""
    hints, own = get_type_hints(form), fields(form)
    return {one.name: hints[one.name] for one in own}, {one.name for one in own if one.default is MISSING}
