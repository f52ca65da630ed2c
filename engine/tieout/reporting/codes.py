"""The catalogue of codes: one page of Markdown each, beside the engine in ``tieout/codes``.

A page is ``# TOnnn · Title`` and four paragraphs headed Meaning, Cause, Mend and Example.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

PARAGRAPHS = ("Meaning", "Cause", "Mend", "Example")

_CODE = re.compile(r"TO\d{3}")
_HEAD = re.compile(r"^\*\*(?P<name>[A-Z]\w+)\.\*\*\s*", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """What ``tieout explain CODE`` says. ``paragraphs`` are Markdown by heading, in page order."""

    code: str
    title: str
    paragraphs: Mapping[str, str]


@cache
def codes() -> tuple[str, ...]:
    """Every code that has a page, sorted."""
    names = (item.name.removesuffix(".md") for item in files("tieout").joinpath("codes").iterdir())
    return tuple(sorted(name for name in names if _CODE.fullmatch(name)))


@cache
def page(code: str) -> Page:
    """The page of a code. Raises KeyError where there is none."""
    if code not in codes():
        raise KeyError(code)
    text = files("tieout").joinpath("codes", f"{code}.md").read_text(encoding="utf-8")
    head, _, rest = text.partition("\n")
    parts = _HEAD.split(rest)[1:]
    paragraphs = {name: body.strip() for name, body in zip(parts[::2], parts[1::2], strict=True)}
    return Page(code, head.partition("·")[2].strip(), paragraphs)


def title(code: str) -> str:
    """The page's short title; of a code without a page, the code itself."""
    return page(code).title if code in codes() else code


def is_code(text: str) -> bool:
    """Whether ``text`` looks like a code, in any case: ``to201``."""
    return _CODE.fullmatch(text.upper()) is not None


def nearest(text: str) -> tuple[str, ...]:
    """Up to three codes that somebody who typed ``text`` may have meant: those that begin alike."""
    close = get_close_matches(text.upper(), codes(), n=len(codes()), cutoff=0.6)
    return tuple(sorted(close, key=lambda code: (-_alike(code, text.upper()), code))[:3])


def _alike(code: str, text: str) -> int:
    """How many letters two words have in common from the left."""
    return next(
        (i for i, pair in enumerate(zip(code, text, strict=False)) if len(set(pair)) > 1), 5
    )
