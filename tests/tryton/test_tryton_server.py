"""The Tryton that the tests run against is one: signed in to over the wire, with the sample company in it."""

import base64
import json
import urllib.error
import urllib.request

import pytest

Model = pytest.importorskip("proteus", reason="needs Tryton: make tryton-test").Model
pytestmark = pytest.mark.tryton


def call(tryton, method, *params, password=None):
    """One call of JSON-RPC, by the standard library alone."""
    login = f"{tryton.user}:{password or tryton.password}".encode()
    request = urllib.request.Request(
        f"{tryton.address}/{tryton.name}/rpc/",
        json.dumps({"id": 1, "method": method, "params": params}).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Basic {base64.b64encode(login).decode()}",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["result"]


def names(tryton, model):
    found = call(tryton, f"model.{model}.search_read", [], 0, None, None, ["rec_name"], {})
    return {row["rec_name"] for row in found}


def test_it_holds_the_sample_company_and_lets_nobody_in_without_a_password(tryton):
    assert {"Acme Corp", "Adler Consulting"} <= names(tryton, "party.party")
    assert "Ana Reyes" in names(tryton, "company.employee")
    assert "Acme Corp:Website redesign" in names(tryton, "timesheet.work")
    assert {"Expenses:Payroll:Wages", "Liabilities:Payable"} <= names(tryton, "account.account")
    assert len(names(tryton, "account.period")) == 24
    tryton.people()
    (acme,) = Model.get("party.party").find([("name", "=", "Acme Corp")])
    assert acme.addresses[0].city == "Oakland"  # people's own client sees the same
    with pytest.raises(urllib.error.HTTPError) as refused:
        call(tryton, "model.party.party.search", [], 0, None, None, {}, password="wrong")
    assert refused.value.code == 401


def test_in_strict_mode_no_key_stands_twice(tryton_server):
    """Our module of Tryton: the database itself refuses the second."""
    with tryton_server.database("strict") as tryton:
        ours = {"employee": 1, "work": 1, "tieout_key": "studio/time_activity/E-001/2026-11-02"}
        day = {"__class__": "date", "year": 2026, "month": 11, "day": 2}
        hour = {"__class__": "timedelta", "seconds": 3600}
        line = {**ours, "date": day, "duration": hour}
        context = call(tryton, "model.res.user.get_preferences", True, {})
        assert len(call(tryton, "model.timesheet.line.create", [line], context)) == 1
        with pytest.raises(KeyError, match="result"):  # an error, and no result
            call(tryton, "model.timesheet.line.create", [line], context)
        wanted = [["tieout_key", "=", ours["tieout_key"]]]
        assert call(tryton, "model.timesheet.line.search_count", wanted, 0, None, context) == 1
