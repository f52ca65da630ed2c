"""A small world to pull from: files in a folder, a source over them, and a clock that stands."""

from datetime import UTC, date, datetime
from pathlib import Path

from tieout.config.model import Company, Config, Environment, Rules, SourceConfig
from tieout.connectors.ports import Capture
from tieout.connectors.sources import open_source
from tieout.domain.diagnostic import Position

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ZONE = "America/Los_Angeles"
TOGGL = (
    "User,Email,Client,Project,Task,Description,Billable,"
    "Start date,Start time,End date,End time,Duration,Tags"
)
DAYS = {"worker": "Name", "date": "Date", "hours": "Hours"}


def toggl_row(start="09:00:00", end="10:00:00", duration="01:00:00", **more):
    """One line of a Toggl export; `day`, `user`, `project`, `notes` and so on by keyword."""
    day = more.get("day", "2026-11-02")
    return ",".join((
        more.get("user", "Ana Reyes"), more.get("email", "ana@northwind.example"),
        more.get("client", "ACME"), more.get("project", "Website"), more.get("task", "Design"),
        more.get("notes", ""), more.get("billable", "Yes"),
        day, start, more.get("end_day", day), end, duration, more.get("tags", ""),
    ))  # fmt: skip


def lines(header, *rows):
    return "\n".join((header, *rows)) + "\n"


def source(name="time", profile="toggl", path="*.csv", **more) -> SourceConfig:
    return SourceConfig(
        name=name, connector="file", profile=profile, path=path, row=f"sources/{name}", **more
    )


def generic(columns=DAYS, **options) -> SourceConfig:
    return source(profile="generic", options={"columns": columns, **options})


def capture(folder: Path, config: SourceConfig, files, zone: str = ZONE) -> Capture:
    """What a pull of these files gives: a text, or texts by name."""
    for name, text in ({"a.csv": files} if isinstance(files, str | bytes) else files).items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(data)
    return open_source(config, zone, folder).pull()


def codes(found):
    return [one.code for one in found]


def company(root: Path, *sources: SourceConfig) -> Config:
    """A company with these sources and nothing else."""
    return Config(
        root=root,
        company=Company(
            id="northwind", name="Northwind", timezone=ZONE, currency="USD", week_starts=6
        ),
        environment=Environment(),
        sources={one.name: one for one in sources},
        targets={}, streams={}, workers=(), customers=(), projects=(), services=(),
        accounts=(), earnings=(), rules=Rules(), state=root / ".tieout", digest="",
        positions={f"sources/{one.name}": Position("tieout.yaml", 7, 3) for one in sources},
    )  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)
