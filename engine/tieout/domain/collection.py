"""Garbage collection, held off where millions of values are made of which none refers to itself."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """No garbage collection for a while: trees, rows and documents have no cycles, and looking for
    some over and over costs a plan of a million entries a third of its time in Python."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
