"""A plan needs snapshots: what is missing is told with the command that brings it."""

import pytest


def test_a_plan_before_the_first_pull(studio):
    ran = studio.run("--root", str(studio.root), "plan")
    assert ran.code == 1
    for name in ("books", "rates", "sheet"):
        assert f"TO454 {name} was never pulled" in ran.err
    assert ran.err.rstrip().endswith("Next: tieout pull")


@pytest.mark.parametrize("identifier", ["ffff", "no snapshot at all"])
def test_a_plan_against_a_snapshot_that_is_not_there(studio, identifier):
    studio.tieout("pull")
    ran = studio.run("--root", str(studio.root), "plan", "--as-of", f"sheet={identifier}")
    assert ran.code == 1
    assert f"TO455 sheet has no snapshot {identifier}" in ran.err


def test_an_environment_has_snapshots_of_its_own(studio):
    file = studio.root / "tieout.yaml"
    probe = "environments: {probe: {targets: {books: {path: probe/}}}}\n"
    file.write_text(file.read_text() + probe)
    ran = studio.run("--root", str(studio.root), "plan", "--env", "probe")
    assert ran.code == 1
    assert ran.err.rstrip().endswith("Next: tieout pull --env probe")
