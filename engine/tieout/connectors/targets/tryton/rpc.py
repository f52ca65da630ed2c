"""Calls to Tryton: JSON-RPC over the wire, signed by HTTP Basic, in the company and language of the user.

Values travel as Tryton writes them: a day is ``{"__class__": "date", …}``, an amount a ``Decimal``, time a
``timedelta`` of seconds. Numbers never pass through a float.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tieout.config import secrets
from tieout.connectors.ports import TargetSettings
from tieout.connectors.wire.budget import Budget, Meter
from tieout.connectors.wire.failures import Terminal
from tieout.connectors.wire.http import Wire
from tieout.connectors.wire.masking import Mask

#: Rows that one call reads: a page.
PAGE = 2_000

Row = Mapping[str, Any]


class Said(Terminal):
    """Tryton carried nothing out, and says why: the message is its own, in the user's language."""


def encoded(value: Any) -> Any:
    """A value as Tryton reads it."""
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": format(value, "f")}
    if isinstance(value, timedelta):
        return {"__class__": "timedelta", "seconds": value.days * 86_400 + value.seconds}
    if isinstance(value, Mapping):
        return {name: encoded(child) for name, child in value.items()}
    if isinstance(value, list | tuple):
        return [encoded(child) for child in value]
    return value


def decoded(text: bytes) -> Any:
    """The inverse: days, amounts and times as Python has them."""
    return json.loads(text, object_hook=_value, parse_float=Decimal)


def _value(found: dict[str, Any]) -> Any:
    match found.get("__class__"):
        case "date":
            return date(found["year"], found["month"], found["day"])
        case "Decimal":
            return Decimal(found["decimal"])
        case "timedelta":
            return timedelta(seconds=int(found["seconds"]))
    return found


class Rpc:
    """One Tryton database. Nothing is asked, and no secret resolved, before the first call."""

    def __init__(self, settings: TargetSettings) -> None:
        self._settings = settings
        self._wire: Wire | None = None
        self._context: dict[str, Any] | None = None

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return self._wire.calls if self._wire else 0

    def rows(self, model: str, domain: Sequence[Any], fields: Sequence[str]) -> Iterator[Row]:
        """All records that meet ``domain``, by id, page by page."""
        last = 0
        while True:
            page = self.ask(
                f"model.{model}.search_read",
                [["id", ">", last], *domain], 0, PAGE, [["id", "ASC"]], list(fields),
            )  # fmt: skip
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    def ask(self, method: str, *params: Any) -> Any:
        """A call that changes nothing. Raises :class:`WireError`."""
        return self._call(method, params, {}, safe=True)

    def tell(self, method: str, *params: Any, timestamps: Mapping[str, str] | None = None) -> Any:
        """A call that changes something, wholly or not at all. ``timestamps`` says as which we know the
        records (``model,id`` → its time): one that is another by now refuses the call.

        Raises :class:`Said` (nothing was done), ``Unknown`` (it may have been), or what the wire raises.
        """
        return self._call(method, params, {"_timestamp": dict(timestamps or {})}, safe=False)

    def _call(self, method: str, params: Sequence[Any], more: Row, *, safe: bool) -> Any:
        if self._context is None and method != _PREFERENCES:
            self._context = dict(self._call(_PREFERENCES, [True], {}, safe=True))
        context = {**(self._context or {}), **more}
        body = {"id": 1, "method": method, "params": encoded([*params, context])}
        answer = decoded(self._open().call("POST", self._path, json=body, safe=safe).body)
        if "error" in answer:
            raise Said(_message(answer["error"]))
        return answer["result"]

    @property
    def _path(self) -> str:
        return f"/{self._settings.options['database']}/rpc/"

    def _open(self) -> Wire:
        if self._wire is None:
            options, root = self._settings.options, Path(self._settings.root)
            user = secrets.resolve(str(options["login"]), root)
            secret = secrets.resolve(str(options["secret"]), root)
            pair = base64.b64encode(f"{user}:{secret}".encode()).decode()
            state = Path(self._settings.state or root / ".tieout")
            self._wire = Wire(
                str(options["address"]),
                meter=Meter(Budget(), state / "calls" / f"{self._settings.name}.sqlite"),
                auth=lambda: {"Authorization": f"Basic {pair}"},
                mask=Mask([secret, pair]),
            )
        return self._wire


_PREFERENCES = "model.res.user.get_preferences"


def _message(error: Sequence[Any]) -> str:
    """``["UserError", [message, description, …]]``, ``["ConcurrencyException", message]``, or
    ``[message, traceback]``: the message, on one line."""
    kind, *rest = error
    if kind in ("UserError", "UserWarning"):
        told = [part for part in rest[0] if isinstance(part, str) and part]
    elif str(kind).endswith("Exception") and rest:
        told = [str(rest[0])]
    else:
        told = [str(kind)]
    return " ".join(" ".join(told).split()) or "no reason given"
