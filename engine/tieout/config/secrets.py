"""References to what never stands in git: `${env:NAME}`, `${keyring:service/name}`, `${file:path}`.

A reference is resolved where it is used, at the last moment, and never stored; whatever is shown
shows the reference.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final

from tieout.config.files import outside
from tieout.domain.diagnostic import Diagnostic, Refused

_REFERENCE: Final = re.compile(r"\$\{(?P<kind>env|keyring|file):(?P<name>[^{}]+)\}")
_MALFORMED: Final = re.compile(r"\$\{[^}]*\}?")
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def has_reference(text: str) -> bool:
    """Whether any part of `text` is resolved at use."""
    return _REFERENCE.search(text) is not None


def malformed(text: str) -> str | None:
    """What in `text` looks like a reference but is none."""
    rest = _REFERENCE.sub("", text)
    match = _MALFORMED.search(rest)
    return match[0] if match else None


def resolve(text: str, root: Path) -> str:
    """`text` with every reference replaced; `root` is the company's folder.

    Raises `Refused` (TO163) naming the reference, never its value, when one can't be resolved:
    the variable isn't set, the file is missing or open to others, the keyring has no such entry.
    """
    return _REFERENCE.sub(lambda match: _value(match["kind"], match["name"], root), text)


def _value(kind: str, name: str, root: Path) -> str:
    if kind == "env":
        value = os.environ.get(name)
        if value is None:
            raise _refused(kind, name, "the environment has no such variable", f"export {name}=…")
        return value
    return _from_file(name, root) if kind == "file" else _from_keyring(name)


def _from_file(name: str, root: Path) -> str:
    reason = outside(root, name)
    if reason:
        raise _refused(
            "file", name, f"the file {reason}", "use ${env:NAME} for what lies elsewhere"
        )
    path = root / name
    try:
        if path.stat().st_mode & _OTHERS:
            raise _refused("file", name, "the file can be read by others", f"chmod 600 {name}")
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError):
        raise _refused(
            "file",
            name,
            "the file can't be read as text",
            "write it, with mode 600 and outside git",
        ) from None


def _from_keyring(name: str) -> str:
    service, _, user = name.partition("/")
    try:
        import keyring  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise _refused("keyring", name, "no keyring is installed", "pip install keyring") from None
    value: str | None = keyring.get_password(service, user)
    if value is None:
        raise _refused(
            "keyring", name, "the keyring has no such entry", f"keyring set {service} {user}"
        )
    return value


def _refused(kind: str, name: str, why: str, hint: str) -> Refused:
    return Refused(
        [
            Diagnostic(
                code="TO163",
                message=f"${{{kind}:{name}}} can't be resolved: {why}",
                hint=hint,
                next="tieout explain TO163",
            )
        ]
    )
