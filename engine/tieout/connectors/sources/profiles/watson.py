"""Watson: `watson log --csv`, `watson log --json`, and its `frames` file.

Watson knows one person: say who, `columns: {worker: {fixed: …}}`. The ids are not read: those of the
CSV are cut to seven digits and needn't be unique. The frames file holds seconds since 1970.
"""

from datetime import UTC, datetime
from typing import Final

from tieout.connectors.sources.profiles.profile import Profile, Shape, column, maybe


def _instant(text: str) -> str:
    """``1397652738``, seconds since 1970, as an instant; anything else stays."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return text
    return f"{datetime.fromtimestamp(int(text), UTC):%Y-%m-%dT%H:%M:%SZ}"


PROFILE: Final = Profile(
    name="watson",
    shapes=(
        Shape(
            columns={
                "start": column("start", read=_instant),
                "end": column("stop", read=_instant),
                "project": column("project"),
                "tags": maybe("tags"),
            },
            key=("worker", "start"),
        ),
    ),
    cells=("start", "stop", "project", "id", "tags", "updated_at"),
)
