"""What lineage says is what the SQL did, whatever the company and its entries."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from oracle.companies import World, worlds
from oracle.prices import hourly
from test_pipeline import EXAMPLES, examples, run

from tieout.pipeline.lineage import Lineage
from tieout.pipeline.run import Story
from tieout.planning.provenance import Provenance


@examples(max(EXAMPLES // 4, 1))
@given(worlds())
def test_lineage_agrees_with_the_story(world: World) -> None:
    with run(world) as story:
        lineage, rows = Lineage(story), Provenance(world.config)
        lines_are_their_claims(story, lineage)
        shares_are_the_cost(story, lineage, world)
        rates_are_found(lineage, rows, world)


def lines_are_their_claims(story: Story, lineage: Lineage) -> None:
    """Each line is the sum of the entries said to stand in it, before the target's grain."""
    rows = story.connection.execute(
        'select h.document, q."key", q.raw_seconds from quantised q join header h using (document_no) '
        "where q.\"key\" not like '=%' and q.\"key\" not like '%/markup' and not h.reversal "
        "union all select document, 'time', raw_seconds from written where kind = 'time_activity'"
    ).fetchall()
    found: dict[tuple[str, str], int] = defaultdict(int)
    for document in lineage.documents():
        for claim in lineage.lines_of_document(document):
            if claim.purpose != "cost" or document.split("/")[1] != "bill":
                found[document, claim.line] += claim.seconds
    lines = {(document, line): seconds for document, line, seconds in rows}
    # a premium without a rate comes to nothing, and a line of nothing isn't written
    assert {name: seconds for name, seconds in found.items() if seconds or name in lines} == lines


def shares_are_the_cost(story: Story, lineage: Lineage, world: World) -> None:
    """The shares of all entries come to the cost of all weeks, but for half a unit a share."""
    shares = [s for entry in world.entries for s in lineage.cost_shares(entry.key)]
    parts = story.connection.execute(
        "select coalesce(sum(amount), 0)::bigint, count(*) from cost_part"
    )
    amount, count = parts.fetchone() or (0, 0)
    segments = story.connection.execute("select count(*) from cost_share").fetchone() or (0,)
    assert abs(sum(share.amount for share in shares) - amount) <= (segments[0] + count + 1) // 2 + 1


def rates_are_found(lineage: Lineage, rows: Provenance, world: World) -> None:
    """Python finds the row of each rate that the SQL took."""
    for entry in world.entries:
        for portion in lineage.portions(entry.key):
            bill = rows.bill_rate(entry, portion)
            assert (bill.rate if bill else None) == portion.bill_rate
            if bill and bill.row:
                kinds = ("projects", "customers", "services", "workers")
                assert bill.row.split(" ")[0].split("/")[0] in kinds
            rates = lineage.pay_rates(portion.worker) if portion.worker else []
            for rate in rows.pay_rates(portion, rates, {r.key: str(hourly(r)) for r in rates}):
                assert rate.place == str(rate.rate)
            for value in rows.mapped(entry, portion):
                assert (value.row is not None) == (value.value is not None)
