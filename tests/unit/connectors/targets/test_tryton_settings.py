"""What can be told of a Tryton without asking it: settings, marks, the codec's law, refusals."""

from dataclasses import replace

import pytest
from documents import EXAMPLES, bill, change, invoice, journal, time_activity, timesheet

from tieout.connectors.ports import Status, TargetSettings
from tieout.connectors.targets import tryton
from tieout.connectors.targets.tryton import codec, marks, rpc
from tieout.connectors.targets.tryton.names import Missing
from tieout.connectors.wire.failures import Terminal, Transient
from tieout.domain.diagnostic import Refused

OPTIONS = {
    "address": "https://erp.example.com",
    "database": "northwind",
    "login": "tieout",
    "secret": "${env:TRYTON_PASSWORD}",
}


def settings(**options):
    return TargetSettings(
        name="erp", company="northwind", environment="default", root=".", path=None,
        options={**OPTIONS, **options},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"database": ""}, "'database' is missing"),
        ({"address": "http://erp.example.com"}, "only https"),
        ({"secret": "hunter22"}, "never stands in a file"),
        ({"once": "perhaps"}, "no such once"),
        ({"settle": "soon"}, "no length of time"),
    ],
)
def test_settings_that_cant_be_used_are_refused_and_no_secret_is_shown(options, said):
    with pytest.raises(Refused) as refused:
        tryton.reader(settings(**options))
    (found,) = refused.value.diagnostics
    assert found.code == "TO430"
    assert said in found.message
    assert "hunter22" not in found.message


def test_a_mark_stands_among_what_people_write_and_is_replaced_alone():
    first = marks.written("their words", {"of": "a"})
    again = marks.written(f"{first} and more", {"of": "b"})
    assert marks.split(again)[1] == {"of": "b"}
    assert marks.theirs(again) == "their words and more"
    assert marks.split('cut tieout: {"of":')[1] is None


def test_hours_times_rate_only_where_that_is_exactly_the_amount():
    exact, other = codec.sheet(invoice(), "b").parts, codec.sheet(invoice(amount=1), "b").parts
    assert [str(exact[0].values[n]) for n in ("quantity", "unit_price")] == ["18.0000", "140.0000"]
    assert [str(other[0].values[n]) for n in ("quantity", "unit_price")] == ["1", "0.01"]


class Deaf:
    """A Tryton without records: it answers nothing, or only fails."""

    def __init__(self, error=None):
        self.error = error

    def rows(self, *_):
        if self.error:
            raise self.error
        return iter(())

    def tell(self, *_, **__):
        raise rpc.Said("no access")


class Euros(Deaf):
    """A Tryton whose accounts are kept in euros."""

    def rows(self, model, *_):
        known = [{"id": 1, "currency.": {"code": "EUR"}}] if model == "account.account" else []
        return iter(known)


@pytest.fixture
def writer():
    writer = tryton.writer(settings())
    writer.reader.rpc = writer.reader.names._rpc = Deaf()
    return writer


def refusal(writer, document):
    (outcome,) = writer.write("x", [change(None, document)])
    assert outcome.status is Status.REFUSED
    return outcome.diagnostic


def test_what_it_cant_hold_is_refused_by_name(writer):
    assert refusal(writer, timesheet()).code == "TO434"
    line = replace(time_activity().lines[0], seconds=-1)
    assert "negative" in refusal(writer, time_activity(lines=(line,))).message


def test_a_move_in_another_currency_than_the_company_s_is_refused(writer):
    writer.reader.names._rpc = Euros()
    found = refusal(writer, journal())
    assert (found.code, "moves are in EUR, not in USD" in found.message) == ("TO434", True)


def test_a_name_that_tryton_hasnt_is_refused_by_name(writer):
    found = refusal(writer, bill())
    assert found.code == "TO433"
    assert "'Adler Consulting'" in found.message


def test_trytons_own_words_arrive_under_our_code(writer, monkeypatch):
    monkeypatch.setattr(writer.reader.names, "id", lambda _: 1)
    monkeypatch.setattr(writer.reader.names, "period", lambda _: 1)
    found = refusal(writer, journal())
    assert (found.code, "no access" in found.message) == ("TO431", True)


def test_a_wire_that_fails_is_no_refusal_of_trytons_and_is_asked_once(writer, monkeypatch):
    monkeypatch.setattr(writer.reader.names, "id", lambda _: 1)
    monkeypatch.setattr(writer.reader.names, "period", lambda _: 1)
    asked = []

    def tell(*_, **__):
        asked.append(1)
        raise Terminal("401 Unauthorized", status=401)

    writer.reader.rpc.tell = tell
    changes = [change(None, replace(journal(), key=f"studio/journal/USD/2026-0{n}-01")) for n in (1, 2, 3)]
    outcomes = writer.write("x", changes)
    assert [o.diagnostic.code for o in outcomes] == ["TO432"] * 3
    assert asked == [1]


def test_a_tryton_that_doesnt_answer_is_told(writer):
    writer.reader.rpc = Deaf(Transient("no connection"))
    with pytest.raises(Refused, match="no connection") as refused:
        writer.reader.read()
    assert refused.value.diagnostics[0].code == "TO432"


def row_of(document, number=1):
    """A move as Tryton would give it back."""
    sheet = codec.sheet(document, "northwind/default")
    head = {
        "id": number, "_timestamp": "1", "date": sheet.values["date"], "state": "draft", "origin": None,
        "description": marks.written("", sheet.mark),
    }  # fmt: skip
    lines = [
        {
            "id": n, "_timestamp": "1", "move": number, "account.": {"name": part.values["account"].name},
            "debit": part.values["debit"], "credit": part.values["credit"],
            "description": marks.written("", part.mark),
        }
        for n, part in enumerate(sheet.parts)
    ]  # fmt: skip
    return head, lines


@pytest.mark.parametrize("name", ["journal", "reversal"])
def test_a_move_says_again_what_was_written(name):
    document = codec.project(EXAMPLES[name], 4000)
    assert codec.normalise(codec.MOVE, *row_of(document)) == document


class Standing(Deaf):
    """A Tryton in which these moves stand."""

    def __init__(self, *moves):
        super().__init__()
        self.moves = moves

    def rows(self, model, domain, fields):
        if model == "account.move":
            return iter([head for head, _ in self.moves])
        return iter([line for _, lines in self.moves for line in lines if model == "account.move.line"])


def test_one_key_twice_a_cut_mark_and_what_moved_since_are_told(writer):
    reader = writer.reader
    twice = (row_of(journal(), 1), row_of(journal(), 2))
    reader.rpc = reader.names._rpc = Standing(*twice)
    (doubled,) = problems(reader)
    assert doubled.code == "TO436"
    assert "account.move,1, account.move,2" in doubled.message
    assert reader.look_up([journal().key])[journal().key].document.blank

    head, lines = row_of(journal())
    cut = [{**line, "description": line["description"].replace('"key"', '"kee"')} for line in lines]
    reader.rpc = reader.names._rpc = Standing((head, cut))
    (unreadable,) = problems(reader)
    assert unreadable.code == "TO437"

    reader.rpc = reader.names._rpc = Standing((head, lines))
    (outcome,) = writer.write("x", [change(None, journal(amount=7))])
    assert (outcome.status, outcome.diagnostic.code) == (Status.REFUSED, "TO435")


def problems(reader):
    from tieout.connectors.targets.tryton.reader import Found

    found = Found()
    reader._take(reader.held([journal().key]), found)
    return found.problems


def test_a_missing_name_says_what_it_is_of():
    assert str(Missing("employee", "Ana")) == "employee 'Ana'"
