"""What the Tryton target has to tell: every diagnostic of it is made here, once."""

from __future__ import annotations

from collections.abc import Sequence

from tieout.domain.diagnostic import Diagnostic, Severity


def settings(message: str, hint: str) -> Diagnostic:
    """The target's settings can't be used."""
    return Diagnostic("TO430", message, hint=hint, next="tieout validate")


def said(key: str, message: str) -> Diagnostic:
    """Tryton carried it out not at all, and says why."""
    return Diagnostic(
        "TO431",
        f"Tryton refused {key}: {message}",
        hint="nothing of it was written; mend what Tryton names, then apply the same plan again",
    )


def unreachable(message: str) -> Diagnostic:
    """Tryton can't be asked."""
    return Diagnostic(
        "TO432",
        f"Tryton can't be asked: {message}",
        hint="see that it runs, and that login and secret are right; a secret is never shown",
        next="tieout doctor",
    )


def no_such(key: str, what: str, name: str) -> Diagnostic:
    """A name that the mappings give and Tryton hasn't."""
    return Diagnostic(
        "TO433",
        f"{key}: Tryton has no {what} {name!r}" if name else f"{key}: its {what} isn't mapped",
        hint="create it in Tryton, or correct the mapping: names are compared letter by letter",
        next="tieout suggest",
    )


def not_held(key: str, why: str) -> Diagnostic:
    """Tryton has no place for it."""
    return Diagnostic(
        "TO434",
        f"{key}: Tryton can't hold it: {why}",
        hint="docs/tryton.md says what is synced how; send this kind to another target",
        next="tieout explain TO434",
    )


def not_as_planned(key: str, remote: str, why: str) -> Diagnostic:
    """What stands there isn't what the plan saw, or may not be changed."""
    return Diagnostic(
        "TO435",
        f"{key}: {remote} {why}",
        hint="it was left as it is; plan anew to see what that means",
        next="tieout plan --refresh",
    )


def doubled(key: str, remotes: Sequence[str]) -> Diagnostic:
    """Two records with one key: which of them it is nobody can say."""
    return Diagnostic(
        "TO436",
        f"{key} stands in Tryton {len(remotes)} times: {', '.join(remotes)}",
        severity=Severity.WARNING,
        hint="delete all but one in Tryton; until then it counts as edited by hand",
        next="tieout plan --refresh",
    )


def unreadable(key: str, remote: str, why: str) -> Diagnostic:
    """A record of ours that can't be understood."""
    return Diagnostic(
        "TO437",
        f"{key}: {remote} can't be understood: {why}",
        severity=Severity.WARNING,
        hint="it counts as edited by hand; let tieout write it anew: tieout drift KEY --overwrite",
        next="tieout plan --refresh",
    )
