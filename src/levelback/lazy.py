"""Public names of a package that load their modules on first use (PEP 562)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


def names_of(package: str, homes: dict[str, str]) -> Callable[[str], object]:
    """Return the ``__getattr__`` of `package`; homes: public name -> module, relative to the package."""

    def load(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return load
