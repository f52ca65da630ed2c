"""The plan file: body and envelope as one JSON document, both verified whenever it is read.

The id is the body's digest. The envelope decides nothing, but people judge a plan by it (whose row
stands where), so that the file seals it too.
"""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from tieout.config import regular
from tieout.domain.diagnostic import Diagnostic, Position, Refused
from tieout.domain.key import canonical, digest
from tieout.domain.plan import FORMAT_VERSION, Body, Envelope, Plan

_GZIP = b"\x1f\x8b"
#: A plan this large is stored compressed; people read small ones in an editor.
_LARGE = 4 * 1024 * 1024
#: A quarter of the time of the default, for a tenth more bytes (measured on 13 MB of plan).
_LEVEL = 4
#: More than this is refused before it is unpacked into memory (a plan of 1 million creates has 1.5 GB).
_LIMIT = 4 * 1024 * 1024 * 1024


def write(path: Path, plan: Plan) -> None:
    """Writes the plan whole or not at all: a temporary file beside it, then a rename. Raises
    ``Refused`` (TO457) where that can't be done; what stood there before stands there still."""
    text = canonical(
        {
            "tieout_plan": FORMAT_VERSION,
            "id": plan.id,
            "body": plan.body.as_json(),
            "envelope": plan.envelope.as_json(),
            "seal": digest(plan.envelope.as_json()),
        }
    ).encode()
    data = gzip.compress(text, _LEVEL, mtime=0) if len(text) > _LARGE else text
    temporary = path.parent / f".{path.name}.{os.getpid()}"
    try:
        with temporary.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise Refused([_unwritten(path, error)]) from error


def read(path: Path) -> Plan:
    """The plan of this file. Raises ``Refused`` (TO451 … TO453) when it isn't one, whole and unchanged."""
    data = _parse(path)
    try:
        plan = Plan(
            body=Body.from_json(data["body"]), envelope=Envelope.from_json(data["envelope"])
        )
        claimed, found = data["id"], plan.id
        sealed = data["seal"] == digest(plan.envelope.as_json())
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        raise _refused(
            path, "TO451", "this is not a tieout plan, or it was cut short or edited"
        ) from None
    if found != claimed:
        raise _refused(
            path,
            "TO452",
            f"the plan says id {str(claimed)[:12]} but its content has {found[:12]}: "
            "it was changed after it was made",
        )
    if not sealed:
        raise _refused(
            path,
            "TO452",
            "what the plan tells of authors, commits and lines was changed after it was made",
        )
    return plan


def _parse(path: Path) -> dict[str, Any]:
    try:
        raw = regular.read(path)
        text = _unpacked(raw) if raw[:2] == _GZIP else raw
        data = json.loads(text.decode())
    except OSError as error:
        raise _refused(
            path, "TO451", f"the plan can't be read: {error.strerror or error}"
        ) from None
    except (ValueError, EOFError, RecursionError):
        raise _refused(
            path, "TO451", "this is not a tieout plan, or it was cut short or edited"
        ) from None
    if not isinstance(data, dict) or "tieout_plan" not in data:
        raise _refused(path, "TO451", "this is not a tieout plan")
    if data["tieout_plan"] != FORMAT_VERSION:
        raise _refused(
            path,
            "TO453",
            f"the plan has format {data['tieout_plan']!r}; this tieout reads {FORMAT_VERSION}",
        )
    return data


def _unpacked(raw: bytes) -> bytes:
    """Unpacked in one go, but never past the limit: a small file may unpack to no end."""
    import zlib

    unpacker = zlib.decompressobj(wbits=31)
    try:
        text = unpacker.decompress(raw, _LIMIT)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("too large, or cut short")
    return text


def _unwritten(path: Path, error: OSError) -> Diagnostic:
    return Diagnostic(
        code="TO457",
        message=f"the plan can't be written to {path}: {error.strerror or error}",
        hint="name a file in a folder that is there and that you may write to",
        next="tieout plan -o plan.tieout",
    )


def _refused(path: Path, code: str, message: str) -> Refused:
    return Refused(
        [
            Diagnostic(
                code=code,
                message=message,
                position=Position(str(path)),
                hint="a plan is made by tieout and read by tieout; make a new one",
                next="tieout plan -o plan.tieout",
            )
        ]
    )
