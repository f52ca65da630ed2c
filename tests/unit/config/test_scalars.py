"""Text → values, exactly."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.config import scalars


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("clock", "06:30", 23400),
        ("duration", "30s", 30),
        ("duration", "6m", 360),
        ("duration", "30d", 2592000),
        ("shift", "10h", (36_000, None)),
        ("shift", "08:00-12:00 13:00-17:30", (30_600, (28_800, 63_000))),
        ("rate", "140.00", 1_400_000),
        ("rate", "0.0001", 1),
        ("share", "5%", 500),
        ("share", "9.75%", 975),
        ("multiplier", "1.5", 150),
        ("multiplier", "2", 200),
        ("count", "0", 0),
        ("limit", "500", 500),
        ("limit", "5%", 500),
        ("amount", "25000 USD", (2_500_000, "USD")),
        ("amount", "0", (0, "USD")),
        ("amount", "1.250 KWD", (1250, "KWD")),
        ("currency", "JPY", "JPY"),
        ("timezone", "Europe/Berlin", "Europe/Berlin"),
        ("jurisdiction", "US-CA", "US-CA"),
        ("jurisdiction", "DE", "DE"),
        ("jurisdiction", "CA-ON", "CA-ON"),
        ("flag", "false", False),
    ],
)
def test_what_is_read(name, text, value):
    assert scalars.FORMATS[name](text) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2026-2-1"), ("date", "20260201"), ("date", "2026-02-29"), ("date", "2026-W01-1"),
        ("clock", "24:00"), ("clock", "6:00"), ("duration", "6"), ("duration", "1.5h"),
        ("duration", "-6m"), ("shift", "8-17"), ("shift", "08:00-12:00 11:00-17:00"),
        ("shift", "08:00-08:00"), ("shift", "24:00-25:00"),
        ("rate", "1e3"), ("rate", "1,5"), ("rate", "-1"), ("rate", "1.00001"),
        ("share", "5"), ("share", "5.125%"), ("multiplier", "1.555"), ("count", "-1"),
        ("count", "1.0"), ("count", "²"), ("limit", "5 USD"), ("amount", "USD 5"),
        ("amount", "1.5"), ("amount", "1.005 USD"), ("amount", "1.2.3 USD"), ("amount", "5 XXX"),
        ("currency", "usd"), ("timezone", "PST8"), ("jurisdiction", "US-XX"),
        ("jurisdiction", "XX"), ("jurisdiction", "us-ca"), ("flag", "yes"), ("flag", "True"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(name, text):
    with pytest.raises(ValueError, match=r"^(is|has) "):
        scalars.FORMATS[name](text)


@given(st.sampled_from(sorted(scalars.FORMATS)), st.text(max_size=20))
def test_any_text_is_read_or_refused(name, text):
    with contextlib.suppress(ValueError):
        scalars.FORMATS[name](text)
