"""Timewarrior: `timew export` (JSON) and its monthly `.data` files.

It knows one person: say who, `columns: {worker: {fixed: …}}`. Tags are all that says what the work was
for, so they are the project too. Ids are positions (@1 is the newest) and not read. Times are UTC.
"""

import re
from functools import partial
from typing import Final

from tieout.connectors.sources.lines import open_lines
from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe

PROFILE: Final = Profile(
    name="timewarrior",
    shapes=(
        Shape(
            columns={
                "start": column("start"),
                "end": maybe("end"),
                "project": maybe("tags"),
                "tags": maybe("tags"),
                "notes": maybe("annotation"),
            },
            key=("worker", "start"),
        ),
    ),
    text=partial(
        open_lines,
        pattern=re.compile(
            r"inc (?P<start>\d{8}T\d{6}Z)(?: - (?P<end>\d{8}T\d{6}Z))?"
            r"(?: #(?: (?P<tags>.*?))?(?: # (?P<annotation>.*))?)?"
        ),
    ),
)
