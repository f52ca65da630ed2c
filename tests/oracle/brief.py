"""A failing example as short as it can be told: only what isn't the default."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from typing import Any


def brief(value: Any) -> str:
    """Like ``repr``, without fields at their default and without the law packs."""
    if is_dataclass(value):
        told = [
            f"{f.name}={brief(found)}"
            for f in fields(value)
            if f.name != "packs" and not _usual(f, found := getattr(value, f.name))
        ]
        return f"{type(value).__name__}({', '.join(told)})"
    if isinstance(value, tuple | list):
        return f"({', '.join(brief(one) for one in value)})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k!r}: {brief(v)}" for k, v in value.items()) + "}"
    return repr(value)


class Brief:
    """A dataclass that tells itself briefly; declare it with ``repr=False``."""

    def __repr__(self) -> str:
        return brief(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What hypothesis prints, which would ask every field of a dataclass otherwise."""
        printer.text(brief(self))


def _usual(field: Any, found: Any) -> bool:
    if field.default_factory is not MISSING:
        return bool(found == field.default_factory())
    return field.default is not MISSING and bool(found == field.default)
