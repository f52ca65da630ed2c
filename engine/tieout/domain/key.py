"""Identity: document keys, chains of adjustments, tokens, digests.

A document key is ``stream/kind/ids/currency/period`` and never holds a display name; where a legal
entity is named, ``@entity`` stands after the kind. An adjustment
of ``K`` is ``K~1``, ``K~2`` …; a reversal is ``K~r``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Any

#: Begins the part of a key that says whose books the document is for, where there are several entities.
ENTITY = "@"
#: The two sides of what one entity charges another, as they stand in keys.
DUE = {"due_from": "due_to", "due_to": "due_from"}
#: Ends the key of a document that takes back another one.
REVERSAL = "~r"
_CHAIN = re.compile(r"^(?P<base>.+?)~(?P<n>[1-9][0-9]*)$")
#: What we encode are trees, made by ourselves: nothing needs to be looked through for circles.
_ENCODER = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False
)


def canonical(value: Any) -> str:
    """Canonical JSON: sorted keys, no blanks, text as it is. What digests are taken of."""
    return _ENCODER.encode(value)


def digest(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of ``value``."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def base_key(key: str) -> str:
    """The first document of the chain that ``key`` belongs to."""
    match = _CHAIN.match(key)
    return match["base"] if match else key


def chain_number(key: str) -> int:
    """0 for the document itself, n for its n-th adjustment."""
    match = _CHAIN.match(key)
    return int(match["n"]) if match else 0


def chain_key(base: str, number: int) -> str:
    return f"{base}~{number}" if number else base


def reversal_key(key: str) -> str:
    """The document that takes ``key`` back: its amounts the other way round, the day after."""
    return f"{key}{REVERSAL}"


def reversed_key(key: str) -> str | None:
    """The document that ``key`` takes back, if it is a reversal (not an adjustment of one)."""
    return key.removesuffix(REVERSAL) if key.endswith(REVERSAL) else None


def entity_of(key: str) -> str | None:
    """The legal entity that the document is of: ``studio/journal/@east/USD/2026-09`` → ``east``."""
    parts = key.split("/", 3)
    return parts[2][1:] if len(parts) > 3 and parts[2].startswith(ENTITY) else None


def mirrored_key(key: str) -> str | None:
    """The other side of what one entity charges another: of ``…/@east/due_from/west/USD/2026-09`` that
    is ``…/@west/due_to/east/USD/2026-09``. None for any other document."""
    parts = key.split("/")
    if len(parts) < 7 or not parts[2].startswith(ENTITY) or parts[3] not in DUE:
        return None
    stream, kind, of, side, with_, *rest = parts
    return "/".join([stream, kind, ENTITY + with_, DUE[side], of.removeprefix(ENTITY), *rest])


def abbreviates(short: str, key: str) -> bool:
    """Whether ``short`` names ``key``: some of its parts, in their order, the last one among them."""
    parts = iter(key.split("/"))
    given = short.split("/")
    return all(part in parts for part in given) and key.endswith(f"/{given[-1]}")


def token(company: str, environment: str, key: str) -> str:
    """``T`` and 16 base32 characters (80 bits): what a target carries where a field is tight."""
    seed = canonical([company, environment, key]).encode()
    return "T" + base64.b32encode(hashlib.sha256(seed).digest()[:10]).decode()


def operation_key(target: str, key: str, sequence: int, before: str | None, after: str | None) -> str:
    """Names one act for all time: the same act intended twice has the same key."""
    return digest([target, key, sequence, before, after])
