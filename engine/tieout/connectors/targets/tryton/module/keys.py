"""``tieout_key`` on what tieout writes: of two records with one key the second is never stored."""

from typing import Any

from trytond.model import Unique, fields
from trytond.pool import PoolMeta


class _Keyed:
    """A model with a unique key. A copy made by hand is a record of its own: it has none."""

    tieout_key = fields.Char("Key of tieout", readonly=True, strip=False)

    @classmethod
    def __setup__(cls) -> None:
        super().__setup__()  # type: ignore[misc]
        table = cls.__table__()  # type: ignore[attr-defined]
        cls._sql_constraints.append(  # type: ignore[attr-defined]
            ("tieout_key_unique", Unique(table, table.tieout_key), "tieout.msg_key_unique")
        )

    @classmethod
    def copy(cls, records: Any, default: dict[str, Any] | None = None) -> Any:
        return super().copy(records, {"tieout_key": None, **(default or {})})  # type: ignore[misc]


class TimesheetLine(_Keyed, metaclass=PoolMeta):
    __name__ = "timesheet.line"


class Move(_Keyed, metaclass=PoolMeta):
    __name__ = "account.move"


class Invoice(_Keyed, metaclass=PoolMeta):
    __name__ = "account.invoice"
