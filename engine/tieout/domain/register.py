"""What a payroll says it paid: the rows of a pay register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class PaidRow:
    """One row: somebody's hours and gross of one earning in one pay period.

    ``worker`` and ``earning`` are the payroll's words. ``to`` or ``paid_on`` is there. ``seconds``
    None: the row tells no hours; ``step``: seconds of the last decimal in which they were written.
    ``gross`` is in the major unit of ``currency``, None where the row tells none. ``place`` is
    ``file:line``.
    """

    place: str
    worker: str
    from_: date | None
    to: date | None
    paid_on: date | None
    earning: str | None
    seconds: int | None
    step: int
    gross: Decimal | None
    currency: str
