"""Exchange rates: the European Central Bank's files, and tables of one's own."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from sources_world import NOW, capture, company, lines, source

from tieout.cli.pull import summary
from tieout.domain.diagnostic import Refused
from tieout.domain.exchange import ExchangeRate
from tieout.pulling.pull import pull

DAILY = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
    xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube>
    <Cube time='2026-11-20'>
      <Cube currency='USD' rate='1.0840'/>
      <Cube currency='JPY' rate='163.05'/>
    </Cube>{more}
  </Cube>
</gesmes:Envelope>
"""
EARLIER = """
    <Cube time="2026-11-19">
      <Cube currency="USD" rate="1.0851"/>
    </Cube>"""
HISTORY = """Date,USD,JPY,CYP,RUB,
2026-11-20,1.0840,163.05,N/A,N/A,
2007-12-31,1.4721,164.93,0.585274,35.986,
"""
ONE_DAY = "Date, USD, JPY, \n20 November 2026, 1.0840, 163.05, \n"


def rates(found) -> list[tuple[str, str, str, int, int]]:
    return [(str(r.day), r.base, r.currency, r.digits, r.scale) for r in found.exchange]


USD, JPY = ("2026-11-20", "EUR", "USD", 10840, 4), ("2026-11-20", "EUR", "JPY", 16305, 2)


def ecb():
    return source("ecb", "ecb", "*.*")


def test_the_day_s_rates_keep_the_digits_that_were_published(tmp_path):
    found = capture(tmp_path, ecb(), {"eurofxref.xml": DAILY.replace("{more}", "")})
    assert rates(found) == [USD, JPY]
    assert found.exchange[0] == ExchangeRate(
        "ecb:EUR/USD/2026-11-20", "ecb", date(2026, 11, 20), "EUR", "USD", 10840, 4
    )
    assert found.rows["ecb:EUR/USD/2026-11-20"] == "eurofxref.xml:7"


def test_ninety_days_are_read_day_by_day(tmp_path):
    found = capture(tmp_path, ecb(), {"eurofxref-hist-90d.xml": DAILY.replace("{more}", EARLIER)})
    assert rates(found) == [USD, JPY, ("2026-11-19", "EUR", "USD", 10851, 4)]


def test_history_as_csv_leaves_out_what_was_not_published(tmp_path):
    found = capture(tmp_path, ecb(), {"eurofxref-hist.csv": HISTORY})
    assert rates(found)[:3] == [USD, JPY, ("2007-12-31", "EUR", "USD", 14721, 4)]
    assert ("2007-12-31", "EUR", "CYP", 585274, 6) in rates(found)  # given up since, and kept
    assert found.left_out == {"not published": 2}
    assert not found.rejected


def test_the_day_s_csv_writes_its_date_in_words(tmp_path):
    assert rates(capture(tmp_path, ecb(), {"eurofxref.csv": ONE_DAY})) == [USD, JPY]


def test_an_archive_is_read_as_the_file_in_it(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref.csv", ONE_DAY)
    assert rates(capture(tmp_path, ecb(), {"eurofxref.zip": packed.getvalue()})) == [USD, JPY]


@pytest.mark.parametrize(
    "text",
    [
        "<html><body>Not found</body></html>",
        "<Cube time='2026-11-20'>",
        '<!DOCTYPE x [<!ENTITY a "b">]><Cube currency="USD" rate="1"/>',
        "Currency,Rate\nUSD,1.08\n",
    ],
)
def test_any_other_file_is_refused_whole(tmp_path, text):
    with pytest.raises(Refused) as caught:
        capture(tmp_path, ecb(), {"eurofxref.xml": text})
    assert [d.code for d in caught.value.diagnostics] == ["TO350"]


def test_two_files_in_an_archive_are_one_too_many(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", ONE_DAY)
        archive.writestr("b.csv", ONE_DAY)
    with pytest.raises(Refused, match="2 files in it"):
        capture(tmp_path, ecb(), {"eurofxref.zip": packed.getvalue()})


OWN = "date,from,to,rate"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2026-11-20,EUR,USD,0", "TO351"),
        ("2026-11-20,EUR,USD,-1.1", "TO351"),
        ("2026-11-20,EUR,USD,N/K", "TO351"),
        ("2026-11-20,EUR,USD,1.0000000000001", "TO351"),
        ("2026-11-20,EUR,EUR,1", "TO351"),
        ("2026-11-20,EUR,XQX,1.1", "TO351"),
        ("2026-13-20,EUR,USD,1.1", "TO321"),
        ("2026-11-21,USD,EUR,0.93", "TO352"),
    ],
)
def test_rows_of_one_s_own_that_cannot_be_used_are_rejected(tmp_path, row, code):
    text = lines(OWN, "2026-11-21,USD,EUR,0.92", row)
    found = capture(tmp_path, source("own", "exchange_rates"), text)
    assert [one.code for one in found.rejected] == [code]
    assert len(found.exchange) == 1


def test_yesterday_s_file_is_kept_when_today_s_takes_its_place(tmp_path):
    """The file of a day is all that is published of it later: `files: merge` keeps what was read."""
    own = source("own", "exchange_rates")
    config = company(tmp_path, own)
    (tmp_path / "a.csv").write_text(lines(OWN, "2026-11-19,USD,EUR,0.92"))
    first = pull(config, {}, config.state, NOW)
    assert next(summary(first)) == "own  1 exchange rate  ·  1 new"
    (tmp_path / "a.csv").write_text(lines(OWN, "2026-11-20,USD,EUR,0.93"))
    second = pull(config, {}, config.state, NOW)
    assert next(summary(second)) == "own  2 exchange rates  ·  1 new"
    assert pull(config, {}, config.state, NOW).sources[0].snapshot.id == second.sources[0].snapshot.id
    assert [s["kind"] for s in second.as_json()["sources"]] == ["exchange"]
