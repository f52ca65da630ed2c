"""What the YAML says, as plain values: the contract between the reader and everything else.

Mapping rows arrive *flat*: a row with dated values is split into one :class:`Version` a period in
which nothing changes, so that a date picks one row. Scalars are typed by the schemas: money is
:class:`int` (see ``domain.money``), durations seconds, dates ``date``.

A *row address* names a row or value for people and for the plan's body, without file or line:
``projects/acme-web``, ``projects/acme-web billing.rate@2026-12-01``, ``rules/rounding pay``.
:attr:`Config.positions` says where each stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from tieout.config.entities import ChargeRule as ChargeRule
from tieout.config.entities import Entity as Entity
from tieout.config.keeping import RetentionRule as RetentionRule
from tieout.config.looking import LimitRule as LimitRule
from tieout.config.looking import PrivacyRule as PrivacyRule
from tieout.config.money import Contract as Contract
from tieout.config.money import CurrencyRule as CurrencyRule
from tieout.config.money import FormOf1099 as FormOf1099
from tieout.config.money import TaxRule as TaxRule
from tieout.config.money import VendorRule as VendorRule
from tieout.config.streams import ACCRUE as ACCRUE
from tieout.config.streams import WORKSHEET as WORKSHEET
from tieout.config.streams import Produce as Produce
from tieout.config.streams import Stream as Stream
from tieout.config.working_time import EVERYONE
from tieout.config.working_time import Gate as Gate
from tieout.config.working_time import Grid as Grid
from tieout.config.working_time import Limit as Limit
from tieout.config.working_time import Override as Override
from tieout.config.working_time import OvertimeRule as OvertimeRule
from tieout.config.working_time import Rounding as Rounding
from tieout.domain.diagnostic import Diagnostic, Position

FOREVER = date.max
ALWAYS = date.min


@dataclass(frozen=True, kw_only=True)
class Version:
    """``id``: the company's own, the role of an account, the pay class of an earning. Valid from
    ``from_`` to ``to``, both inclusive (``date.min``, ``date.max`` where open)."""

    id: str
    from_: date = ALWAYS
    to: date = FOREVER
    #: field name → row address of the value in force (only for values that are dated by themselves)
    origins: Mapping[str, str] = field(default_factory=dict)
    #: the address of the whole row
    row: str = ""
    #: ``retroactive: {reason, by}`` where the row carries one
    retroactive: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Worker(Version):
    """``refs``: source name → alternatives, each {key of domain.entry.WORKER_KEYS: value}.
    ``books``: target name → {"employee"|"vendor": the target's id or name}."""

    name: str
    kind: str = "employee"                 # employee | contractor
    overtime: str | None = None            # eligible | exempt; employees must say
    exempt_ground: str | None = None
    jurisdiction: str | None = None
    timezone: str | None = None            # None: the company's
    manager: str | None = None
    contract_ends: date | None = None
    entity: str | None = None
    industry: str | None = None            # None: the company's
    agreements: tuple[str, ...] = ()
    schedule: tuple[int, ...] = ()         # seconds by weekday, Monday first; (): none is agreed
    shifts: tuple[tuple[int, int] | None, ...] = ()  # by weekday: begin and end, seconds after midnight
    hired: date | None = None
    bill_rate: int | None = None           # what an hour is billed at where nothing else says
    bill_currency: str | None = None       # of that rate; None: the customer's
    form_1099: FormOf1099 | None = None
    contract: Contract | None = None
    refs: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    books: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Customer(Version):
    """``books``: target → {"customer": id or name}."""

    name: str
    currency: str | None = None
    tax: str | None = None
    terms: str | None = None
    owner: str | None = None
    rate: int | None = None
    entity: str | None = None              # of its projects that name none
    books: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Project(Version):
    """``method``: hourly | fixed | none | books. ``rate`` and ``worker_rates`` are scaled rates an hour."""

    name: str
    customer: str | None = None
    class_: str | None = None
    owner: str | None = None
    entity: str | None = None
    method: str = "none"
    requires: tuple[str, ...] = ()         # notes
    rate: int | None = None
    worker_rates: Mapping[str, int] = field(default_factory=dict)
    service_rates: Mapping[str, int] = field(default_factory=dict)
    rate_currency: str | None = None       # of its rates; None: the customer's
    refs: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    books: Mapping[str, Mapping[str, str]] = field(default_factory=dict)   # target → {"job": …}


@dataclass(frozen=True, kw_only=True)
class Service(Version):
    """``refs``: ``({},)`` under a source matches every task (``task: any``)."""

    name: str | None = None
    item: str | None = None
    kind: str = "work"                     # hour kind
    paid: bool | None = None               # None: by the hour kind
    counts_to_overtime: bool | None = None
    billable: bool | None = None
    revenue: str | None = None             # account role
    expense: Mapping[str, str] = field(default_factory=dict)   # employee | contractor → account role
    tax: str | None = None
    rate: int | None = None
    rate_currency: str | None = None       # of the rate; None: the customer's
    refs: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Account(Version):
    """``id``: a role, or ``role:entity``. ``books``: target → the account's name or id there."""

    books: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Earning(Version):
    """``books``: target → earning code."""

    books: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Company:
    id: str
    name: str
    timezone: str
    currency: str
    week_starts: int                       # Monday 0 … Sunday 6
    week_at: int = 0                       # seconds after local midnight at which the workweek begins
    industry: str | None = None
    employees: int | None = None
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def currency_of(self, entity: str | None) -> str:
        """Of a legal entity's books; the company's where it has none of its own."""
        found = self.entities.get(entity or "")
        return found.currency if found and found.currency else self.currency


@dataclass(frozen=True, kw_only=True)
class SourceConfig:
    """``window``: what the config says the files cover wholly, so that absence inside it deletes.
    ``options`` are the profile's own settings (columns, date_order, delimiter, hours …), as text.
    ``places``: where each key of the source is written, one of its columns as ``columns.worker``."""

    name: str
    connector: str
    profile: str | None
    path: str | None
    files: str = "merge"                   # merge | replace
    timezone: str | None = None
    window: tuple[date, date] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    row: str = ""
    places: Mapping[str, Position] = field(default_factory=dict, compare=False)

    def place(self, option: str) -> Position | None:
        """Where an option is written; of a part that isn't, where the whole is; else None."""
        return self.places.get(option) or self.places.get(option.partition(".")[0])


@dataclass(frozen=True, kw_only=True)
class TargetConfig:
    name: str
    connector: str
    path: str | None = None
    drift: str = "report"                  # report | overwrite | accept
    options: Mapping[str, Any] = field(default_factory=dict)   # format, chart, resolution …
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """``default`` is the company as it stands; others have their own targets and state."""

    name: str = "default"
    workers: tuple[str, ...] = ()          # only these; empty: all
    since: date | None = None


@dataclass(frozen=True, kw_only=True)
class ApprovalRule:
    required: tuple[str, ...] = ()         # purposes
    from_: str = "source"
    pay_unapproved: str = "hold"           # hold | pay_and_flag
    by: tuple[str, ...] = ()               # who may approve; empty: whoever the tracker lets


@dataclass(frozen=True, kw_only=True)
class Tier:
    """One row of a law pack: hours past ``over`` seconds within ``window`` are paid ``percent`` %.

    ``window``: day | consecutive (hours in a row, whatever the day) | seventh_day | week | month (of
    the calendar, counting overtime alone). ``exclude``: hours already at a premium don't count here.
    ``rate_below``: only for who is paid less an hour (scaled rate), or at a rate that nobody knows.
    ``schedule``: beyond (``over`` comes after the hours that the worker's schedule has for the day) |
    other_days (only days that it doesn't have); ``weekday`` (Monday 0): only that, once it is known whose.
    ``holiday``: seconds that each public holiday of the workweek takes off ``over``.
    ``basis`` is the legal basis that each overtime segment carries; ``place``: where it stands.
    """

    window: str
    over: int
    percent: int
    pay_class: str
    exclude: bool
    basis: str
    source: str
    from_: date = ALWAYS
    to: date = FOREVER
    verified: bool = True
    rate_below: int | None = None
    place: Position | None = None
    where: Gate = EVERYONE
    schedule: str = ""
    weekday: int | None = None
    holiday: int = 0


@dataclass(frozen=True, kw_only=True)
class LawPack:
    """``id`` like ``law/us-ca``.

    ``combination``: highest (of the day's tier and the week's, hour by hour) | greater (the tiers of
    the day or those of the week throughout, whichever pay more). ``workday``: calendar | first_work
    (24 hours from when work begins). ``weeks``: how many workweeks the tiers of window ``week``
    count over, from the one that ``anchor`` lies in. ``gap``: seconds of a pause that doesn't end
    consecutive hours. ``salary_hours``: the most seconds a week that a salary may pay for
    (Cal. Lab. Code 515(d)). ``flat_bonus``: the hours that a flat bonus stands over in the regular
    rate: all | straight_time (and is then paid again at the whole multiple). ``exact``: what of time
    the law lets nobody round (time | meals), each with its source. ``holidays``: whose public holidays
    count, like ``CA/government``.
    """

    id: str
    title: str
    tiers: tuple[Tier, ...]
    reviewed: str = "never"
    combination: str = "highest"
    workday: str = "calendar"
    weeks: int = 1
    anchor: date = date(1970, 1, 5)
    gap: int = 0
    salary_hours: int | None = None
    flat_bonus: str = "all"
    limits: tuple[Limit, ...] = ()
    shift_gap: int = 4 * 3600              # seconds of a pause that parts one day's work from another
    exact: tuple[tuple[str, str], ...] = ()
    holidays: str | None = None


@dataclass(frozen=True, kw_only=True)
class GuardRule:
    """``name`` like ``creates``, ``voids.invoice``, ``amount_change``. A share counts past ``over``."""

    name: str
    max: int | None = None                 # count, or minor units with ``currency``
    share: int | None = None               # in hundredths of a percent: 5% is 500
    over: int = 0
    currency: str | None = None
    age_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A row in git that settles one thing.

    ``kind``: drift | correct | waive | release | assign | attest. ``key``: a document or entry key; of
    attest a worker and days (``E-001/2026-11-15..2026-11-21``).
    ``action``: accept, overwrite; credit, rebill, next-invoice, write-off; waive; release; assign; attest.
    ``desired`` and ``actual`` are the digests it was decided on; it holds while they are still those.
    ``into``: of next-invoice, the document that takes the difference; ``owner``: of assign, who hears
    of it. ``attachment``: where what proves it is kept.
    """

    id: str
    kind: str
    key: str
    action: str
    reason: str
    by: str
    on: date
    desired: str | None = None
    actual: str | None = None
    code: str | None = None
    into: str | None = None
    owner: str | None = None
    attachment: str | None = None
    expires: date | None = None
    row: str = ""


@dataclass(frozen=True, kw_only=True)
class Tolerance:
    """What a difference may come to and still tie: seconds, and minor units by currency."""

    seconds: int = 0
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ReconcileRule:
    """Tolerances of `tieout reconcile`. They decide nothing that is booked."""

    register: Tolerance = field(default_factory=Tolerance)


@dataclass(frozen=True, kw_only=True)
class Rules:
    approval: ApprovalRule = ApprovalRule()
    #: (mapping kind, purpose) → hold | suspense | block | book
    unmapped: Mapping[tuple[str, str], str] = field(default_factory=dict)
    #: purpose ("pay", "billing") → rounding
    rounding: Mapping[str, Rounding] = field(default_factory=dict)
    overtime: OvertimeRule = field(default_factory=OvertimeRule)
    packs: Mapping[str, LawPack] = field(default_factory=dict)
    after_final: Mapping[str, str] = field(default_factory=dict)
    guards: tuple[GuardRule, ...] = ()
    tax: Mapping[str, TaxRule] = field(default_factory=dict)
    currency: CurrencyRule = field(default_factory=CurrencyRule)
    vendors: VendorRule = field(default_factory=VendorRule)
    retention: RetentionRule = field(default_factory=RetentionRule)
    decisions: tuple[Decision, ...] = ()
    #: check code → severity, where the company changed it
    checks: Mapping[str, str] = field(default_factory=dict)
    reconcile: ReconcileRule = field(default_factory=ReconcileRule)
    limits: LimitRule = field(default_factory=LimitRule)
    privacy: PrivacyRule = field(default_factory=PrivacyRule)
    intercompany: ChargeRule | None = None


@dataclass(frozen=True, kw_only=True)
class Config:
    """A whole company, valid. ``digest`` covers the parsed planning inputs, nothing of form.
    ``commit`` is the full hash of the one it was read from; None: from the files as they stand."""

    root: Path
    company: Company
    environment: Environment
    sources: Mapping[str, SourceConfig]
    targets: Mapping[str, TargetConfig]
    streams: Mapping[str, Stream]
    workers: tuple[Worker, ...]
    customers: tuple[Customer, ...]
    projects: tuple[Project, ...]
    services: tuple[Service, ...]
    accounts: tuple[Account, ...]
    earnings: tuple[Earning, ...]
    rules: Rules
    state: Path
    digest: str
    positions: Mapping[str, Position]
    commit: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What reading gave: a config unless an error is among the diagnostics."""

    config: Config | None
    diagnostics: tuple[Diagnostic, ...]
