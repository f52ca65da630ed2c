"""Secrets have no place in what people read: every text that leaves the wire passes here."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from urllib.parse import quote

MASK = "•••"

#: Below so many characters a text isn't a secret: masking it would hit ordinary words.
SHORTEST = 4


class Mask:
    """Knows the secrets of one connection, and every form in which they travel."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._forms = sorted(forms, key=lambda form: (-len(form), form))

    def __call__(self, text: str) -> str:
        """``text`` without a secret: as it is, in Base64, or escaped for an address or JSON."""
        for form in self._forms:
            text = text.replace(form, MASK)
        return text


def _forms(secret: str) -> set[str]:
    """A secret behind HTTP Basic stands after ``user:``, so that its Base64 depends on what is
    before it: who signs in so masks the whole pair."""
    encoded = base64.b64encode(secret.encode()).decode()
    escaped = secret.replace("\\", "\\\\").replace('"', '\\"')
    return {secret, encoded, encoded.rstrip("="), quote(secret), quote(secret, safe=""), escaped}
