"""Pull: everything is read before anything is stored, and what is wrong is told at once."""

import json
from dataclasses import replace

import pytest
from sources_world import NOW, TOGGL, codes, company, generic, lines, source, toggl_row

from tieout.cli.pull import summary
from tieout.domain.books import Books, Record
from tieout.domain.diagnostic import Diagnostic, Refused
from tieout.domain.document import Document
from tieout.pulling.pull import PullResult, pull
from tieout.store.entries import Delta, read_rates, read_rejected
from tieout.store.snapshot import newest


class Shelf:
    """Books that can be read, or not."""

    def __init__(self, *keys, broken=False):
        self.keys, self.broken = keys, broken

    def read(self):
        if self.broken:
            raise Refused([Diagnostic("TO401", "no books")])
        documents = [
            Document(
                key=k,
                kind="journal",
                date="2026-11-30",
                from_="2026-11-01",
                to="2026-11-30",
                currency="USD",
                lines=(),
            )
            for k in self.keys
        ]
        return Books(
            target="books", identity="/b",
            records=tuple(Record(document=d, remote_id=d.key, version="1") for d in documents),
        )  # fmt: skip


@pytest.fixture
def world(tmp_path):
    """Write files, then pull: `world(files, source(), books=Shelf())`."""

    def run(files, *sources, books=None, **how):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        config = company(tmp_path, *sources)
        return pull(config, {"books": books} if books else {}, config.state, NOW, **how)

    return run


def test_sources_rates_and_books_are_stored_and_told(world):
    files = {
        "a.csv": lines(TOGGL, toggl_row(), toggl_row("13:00:00", "15:30:00", "02:30:00")),
        "rates.txt": lines("worker,from,rate,currency", "E-001,2026-01-01,52.00,USD"),
    }
    result = world(
        files, source(), source("rates", "pay_rates", "rates.txt"), books=Shelf("s/journal/x")
    )
    time, rates = result.sources
    assert (time.count, time.seconds, time.delta) == (2, 12_600, Delta(new=2))
    assert read_rates(rates.snapshot)[0].rate == 520_000
    assert result.books[0].delta == Delta(new=1)
    assert list(summary(result)) == [
        "time  2 entries, 3:30:00  ·  2 new",
        "    covers 2026-11-02 to 2026-11-02",
        "rates  1 pay rate  ·  1 new",
        "books  1 document of ours, 0 of others  ·  1 new",
        "",
        "Next: tieout plan",
    ]
    json.dumps(result.as_json())
    again = world(files, source(), books=Shelf("s/journal/x", "s/journal/y"))
    assert again.sources[0].snapshot.id == time.snapshot.id
    assert "nothing new" in next(summary(again))
    assert again.books[0].delta == Delta(new=1)


def test_rejects_stop_the_pull_and_nothing_is_stored(world, tmp_path):
    bad = [toggl_row(day="2026-11-31") for _ in range(23)]
    files = {"a.csv": lines(TOGGL, toggl_row(), *bad)}
    with pytest.raises(Refused) as caught:
        world(files, source(), books=Shelf())
    found = caught.value.diagnostics
    assert codes(found).count("TO321") == 20
    (told,) = (one for one in found if one.code == "TO311")
    assert "23 rows can't be read, the first 20 are listed" in told.message
    assert (str(told.position), told.next) == ("tieout.yaml:7:3", "tieout pull --accept-rejects")
    assert newest(tmp_path / ".tieout", "time") is None
    assert newest(tmp_path / ".tieout", "books") is None


def test_accepted_rejects_are_counted_and_kept(world):
    files = {"a.csv": lines(TOGGL, toggl_row(), toggl_row(day="2026-11-31"))}
    result = world(files, source(), accept_rejects=True)
    (time,) = result.sources
    assert (time.count, len(time.rejected), codes(result.diagnostics)) == (1, 1, ["TO321"])
    assert read_rejected(time.snapshot) == time.rejected
    assert "    ! 1 row rejected" in summary(result)


def test_what_still_runs_is_kept_and_counted_as_left_out(world):
    runs = toggl_row(start="11:00:00", end="", duration="", end_day="")
    (time,) = world({"a.csv": lines(TOGGL, toggl_row(), runs)}, source()).sources
    assert (time.count, time.seconds, time.left_out) == (2, 3600, {"still running": 1})
    assert "    left out: 1 still running" in summary(PullResult(sources=(time,), books=()))


def test_all_that_is_wrong_anywhere_is_told_at_once(world, tmp_path):
    with pytest.raises(Refused) as caught:
        world(
            {"a.csv": "x"}, source(), source("none", path="no.csv"),
            replace(generic(colums="x"), name="other"),
            books=Shelf(broken=True),
        )  # fmt: skip
    found = caught.value.diagnostics
    assert {"TO301", "TO308", "TO401"} <= set(codes(found))
    (missing,) = (one for one in found if one.code == "TO301")
    assert str(missing.position) == "tieout.yaml:7:3"


def test_only_one_half(world, tmp_path):
    files = {"a.csv": lines(TOGGL, toggl_row())}
    assert world(files, source(), books=Shelf(), only="sources").books == ()
    assert world(files, source(), books=Shelf(), only="books").sources == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("E-001,2026-01-01,52.00,USD,fortnight", "TO335"),
        ("E-001,2026-01-01,52.00,USD,hour\nE-001,2026-01-01,53.00,USD,", "TO336"),
        ("E-001,2026-01-01,$52,USD,", "TO327"),
        ("E-001,2026-01-01,-52,USD,", "TO327"),
        ("E-001,2026-01-01,52,XXX,", "TO327"),
        ("E-001,2026-02-30,52,USD,", "TO321"),
        (",2026-01-01,52,USD,", "TO325"),
    ],
)
def test_pay_rates_that_cannot_be_used_are_rejected(world, row, code):
    text = lines("worker,from,rate,currency,basis", row)
    with pytest.raises(Refused) as caught:
        world({"r.txt": text}, source("rates", "pay_rates", "r.txt"))
    assert code in codes(caught.value.diagnostics)
    assert "52" not in "".join(one.message for one in caught.value.diagnostics)


def test_a_rate_that_no_hour_is_paid_at_is_told(world):
    text = lines(
        "worker,from,rate,currency,project,earning", "E-099,2026-01-01,52.00,USD,nowhere,overtimee"
    )
    result = world({"r.txt": text}, source("rates", "pay_rates", "r.txt"))
    told = [one for one in result.diagnostics if one.code == "TO337"]
    assert {str(one.position) for one in told} == {"r.txt:2"}
    assert [one.message.partition("there is ")[2] for one in told] == [
        "no pay class 'overtimee'",
        "no project 'nowhere'",
    ]
    assert told[0].hint == "did you mean 'overtime'?"


SALARIES = "worker,from,rate,currency,basis,hours,project"


@pytest.mark.parametrize(
    "row",
    ["A,2026-01-01,9,USD,month,200,", "A,2026-01-01,9,USD,week,x,", "A,2026-01-01,9,USD,,40,",
     "A,2026-01-01,9,USD,week,40,web"],
)  # fmt: skip
def test_salaries_that_cannot_be_used_are_rejected(world, row):
    with pytest.raises(Refused) as caught:
        world({"r.txt": lines(SALARIES, row)}, source("rates", "pay_rates", "r.txt"))
    assert "TO335" in codes(caught.value.diagnostics)


def test_a_salary_says_what_it_is_for(world):
    rows = ["A,2026-01-01,5200,USD,Month,37.5,", "B,2026-01-01,900,USD,week,fluctuating,",
            "C,2026-01-01,,USD,piece,,", "D,2026-01-01,60000,USD,year,,"]  # fmt: skip
    (pulled,) = world(
        {"r.txt": lines(SALARIES, *rows)}, source("rates", "pay_rates", "r.txt")
    ).sources
    found = {rate.worker: (rate.basis, rate.rate) for rate in read_rates(pulled.snapshot)}
    assert found == {
        "A": ("month/135000", 52_000_000), "B": ("week/fluctuating", 9_000_000),
        "C": ("piece", 0), "D": ("year/144000", 600_000_000),
    }  # fmt: skip


ITEMS = "worker,kind,currency,date,from,to,amount,units,rate,project"


def test_two_equal_pay_items_are_two(world):
    rows = ["A,bonus,USD,2026-03-02,,,50,,,", "A,bonus,USD,2026-03-02,,,50,,,",
            "A,piecework,USD,,2026-03-01,2026-03-14,,12,0.35,web"]  # fmt: skip
    (pulled,) = world({"r.txt": lines(ITEMS, *rows)}, source("items", "pay_items", "r.txt")).sources
    found = read_rates(pulled.snapshot)
    assert sorted((i.basis, i.rate, i.to_date is None) for i in found) == [
        ("bonus", 500_000, True), ("bonus", 500_000, True), ("piecework", 42_000, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A,tip,USD,2026-03-02,,,50,,,", "TO261"),
        ("A,bonus,USD,,2026-03-02,,50,,,", "TO261"),
        ("A,bonus,USD,2026-03-02,,,50,1,2,", "TO261"),
        ("A,bonus,USD,2026-03-02,,,,,,", "TO325"),
        ("A,bonus,USD,2026-03-02,,,-50,,,", "TO327"),
        ("A,bonus,USD,,2026-03-02,2026-03-01,50,,,", "TO323"),
    ],
)
def test_pay_items_that_cannot_be_used_are_rejected(world, row, code):
    with pytest.raises(Refused) as caught:
        world({"r.txt": lines(ITEMS, row)}, source("items", "pay_items", "r.txt"))
    assert code in codes(caught.value.diagnostics)
