"""What ``tieout explain CODE`` shows: a page of the catalogue, wrapped for a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tieout.domain.diagnostic import Diagnostic
from tieout.reporting import codes
from tieout.reporting.figures import cut, safe
from tieout.reporting.paint import painter

FORMAT_VERSION: Final = 1


def text(code: str, *, columns: int = 80, colour: bool = False) -> str:
    """The page of a known code: title, then each paragraph under its heading."""
    page, paint = codes.page(code), painter(colour)
    lines = [paint(f"{page.code} · {page.title}", "title")]
    for name, paragraph in page.paragraphs.items():
        body = "\n".join(_wrapped(paragraph, min(columns, 88)))
        lines += ["", paint(name, "faint"), body.rstrip()]
    return "\n".join(lines) + "\n"


def overview(*, colour: bool = False) -> str:
    """Every code with its title."""
    paint = painter(colour)
    return "".join(f"{paint(code, 'title')}  {codes.title(code)}\n" for code in codes.codes())


def as_json(code: str) -> str:
    """The page of a known code for machines; paragraphs are Markdown by heading."""
    page = codes.page(code)
    told = {"code": page.code, "title": page.title, "paragraphs": dict(page.paragraphs)}
    return _json({"of": "code", **told})


def overview_json() -> str:
    """Every code with its title, for machines."""
    titles = [{"code": code, "title": codes.title(code)} for code in codes.codes()]
    return _json({"of": "codes", "codes": titles})


def _json(told: Mapping[str, Any]) -> str:
    return json.dumps({"format_version": FORMAT_VERSION, **told}, ensure_ascii=False, indent=2)


def unknown(word: str, keys: tuple[str, ...] = ()) -> Diagnostic:
    """Nothing of that name, with the nearest codes, else the nearest keys of the configuration."""
    near = codes.nearest(word) or keys
    return Diagnostic(
        code="TO290",
        message=f"nothing to explain under {cut(safe(word), 60)!r}",
        hint=f"did you mean {', '.join(near)}?" if near else "tieout explain lists every code",
        next=f"tieout explain {near[0]}" if near else "tieout explain",
    )


def _wrapped(paragraph: str, columns: int) -> Iterator[str]:
    """Text is wrapped; what is fenced or indented is an example and stays as it is."""
    fenced = False
    for block in paragraph.split("\n\n"):
        if "```" in block or fenced or block.startswith("    "):
            fenced ^= block.count("```") % 2 == 1
            yield from (f"  {line}" for line in block.splitlines() if "```" not in line)
        else:
            plain = block.replace("`", "").replace("*", "")
            yield from textwrap.wrap(
                plain, columns, initial_indent="  ", subsequent_indent="  ",
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
        yield ""
