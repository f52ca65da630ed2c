"""A kind of document that goes to other books from now on."""

from __future__ import annotations

import re

from studio import Studio, acts, conserved


def test_a_kind_that_goes_to_other_books_leaves_the_former_ones(booked: Studio) -> None:
    line = "  books: {connector: plaintext, format: beancount, path: books/, drift: report}\n"
    booked.edit("tieout.yaml", line, f"{line}{line.replace('books', 'other')}")
    booked.edit("tieout.yaml", "invoice: {to: books", "invoice: {to: other")
    for kind in ("workers", "customers", "accounts"):
        path = booked.root / f"mappings/{kind}.yaml"
        also = re.sub(r"books: (\{[^}]*\}|[^\s,}]+)", r"books: \1, other: \1", path.read_text())
        path.write_text(also)
    plan = booked.plan()
    conserved(plan)
    written = [(c["phase"], c["action"], c["target"], c["kind"]) for c in plan["changes"]]
    assert written == [
        (0, "void", "books", "invoice"), (0, "void", "books", "invoice"),
        (1, "create", "other", "invoice"), (1, "create", "other", "invoice"),
    ]  # fmt: skip
    voids = [change for change in plan["changes"] if change["action"] == "void"]
    assert {change["reason"] for change in voids} == {"sent_elsewhere"}
    [origin] = {(o["row"], o["file"]) for change in voids for o in change["origin"]}
    assert origin == ("streams/studio produce.invoice.to", "tieout.yaml")
    plan_file = str(booked.root / "plan.tieout")
    for guard in (guard["name"] for guard in plan["guards"] if not guard["ok"]):
        booked.tieout("approve", plan_file, "--override", guard, "--reason", "other books")
    booked.apply()
    again = booked.plan()
    conserved(again)
    assert acts(again) == set()
    booked.tieout("reconcile")


def test_a_kind_that_is_no_longer_produced_is_taken_out_and_says_so(booked: Studio) -> None:
    bill = "{to: books, period: month, mode: self_billing, agreement: contracts/self-billing.md}"
    booked.edit("tieout.yaml", f"      bill: {bill}\n", "")
    [change] = [c for c in booked.plan()["changes"] if c["kind"] == "bill"]
    assert (change["action"], change["reason"]) == ("void", "no_longer_produced")
    assert [o["row"] for o in change["origin"]] == ["streams/studio produce"]
    booked.settle()
