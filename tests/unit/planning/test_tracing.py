"""What is a key, and how a page shortens one."""

import pytest

from tieout.domain.key import abbreviates
from tieout.planning.tracing import is_key
from tieout.reporting.lineage_rows import LONGEST, short

KEY = "studio/invoice/acme/USD/2026-11"


@pytest.mark.parametrize(
    "given", [KEY, "invoice/acme/USD/2026-11", "acme/2026-11", "invoice/2026-11"]
)
def test_some_parts_in_their_order_name_a_document(given):
    assert abbreviates(given, KEY) is True


@pytest.mark.parametrize(
    "given", ["acme", "invoice/acme", "acme/invoice/2026-11", "voice/2026-11", "acme/26-11", ""]
)
def test_others_do_not(given):
    assert abbreviates(given, KEY) is False


def test_keys_have_a_colon_or_slashes():
    assert is_key("toggl:481490")
    assert is_key("invoice/acme/2026-11")
    assert not is_key("TO20l")


def test_a_tracker_s_number_is_shown_whole_and_a_hash_by_its_beginning():
    assert short("toggl:481490") == "toggl:481490"
    hashed = "sheet:" + "0123456789abcdef" * 2
    assert short(hashed) == "sheet:0123456789ab…"
    assert hashed.startswith(short(hashed).removesuffix("…"))
    assert short("toggl:" + "9" * LONGEST) == "toggl:" + "9" * LONGEST
