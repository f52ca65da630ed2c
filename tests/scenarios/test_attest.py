"""Hours that a manager attests in git: held before, booked after, held again once they are edited."""

from __future__ import annotations

from studio import SEPTEMBER, Studio, codes


def test_a_week_is_attested_booked_edited_and_attested_again(studio: Studio) -> None:
    studio.edit("rules/rules.yaml", "{required: [], from: source}", "{required: [pay], from: attest}")
    assert ("TO210", "sheet:1") in codes(studio.plan(), "pay")
    days = ("--from", "2026-09-06", "--to", "2026-09-12")
    looked = studio.tieout("attest", "--manager", "KIM@studio.example", *days, "--dry-run")
    assert "E-1/2026-09-06..2026-09-12  42:45:00 in 5 entries" in looked
    assert not (studio.root / "rules/decisions").exists()
    out = studio.tieout("attest", "--worker", "E-1", *days)
    assert "attest E-1/2026-09-06..2026-09-12" in out
    assert "Next: git diff" in out
    again = studio.tieout("attest", "--worker", "E-1", *days)
    assert "(attested already)" in again
    assert "written to" not in again
    studio.tieout("validate")
    assert ("TO210", "sheet:1") not in codes(studio.plan(), "pay")
    studio.entries(SEPTEMBER[0].replace(",8,", ",7,"), *SEPTEMBER[1:])
    studio.plan()
    assert "edited after it was attested" in studio.tieout("exceptions", "--code", "TO210")
    studio.tieout("attest", "--worker", "E-1", *days)
    assert ("TO210", "sheet:1") not in codes(studio.plan(), "pay")


def test_there_has_to_be_something_to_attest(studio: Studio) -> None:
    ran = studio.run("--root", str(studio.root), "attest", "--worker", "E-1")
    assert ran.code != 0
    assert "TO298" in ran.err
    studio.edit("rules/rules.yaml", "{required: [], from: source}", "{required: [pay], from: attest}")
    studio.tieout("pull")
    days = ("--from", "2026-09-06", "--to", "2026-09-12")
    for who in (("--worker", "E-999"), ("--manager", "nobody@studio.example")):
        ran = studio.run("--root", str(studio.root), "attest", *who, *days)
        assert ran.code != 0
        assert "TO299" in ran.err
