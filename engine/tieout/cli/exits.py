"""Exit codes: a contract with scripts and CI, fixed from day one."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a run came to. From 128 on it follows the shell's custom of 128 + signal."""

    DONE = 0
    """Done, or nothing to do."""
    ERROR = 1
    """It failed, or found what `--strict` turns into an error."""
    PLANNED = 2
    """Changes are planned; only with `plan --detailed-exitcode`."""
    REFUSED = 3
    """A guard or a permission said no."""
    STALE = 4
    """The plan's documents have moved since it was made."""
    PARTLY = 5
    """Some was applied, some was not; the report says which."""
    UNTIED = 6
    """`reconcile` or `close` found that it does not tie."""
    USAGE = 64
    """The command line itself was wrong (EX_USAGE), so that it can't be read as PLANNED."""
    INTERRUPTED = 130
    """Ctrl-C."""
    TERMINATED = 143
    """SIGTERM."""
    CLOSED_PIPE = 141
    """The reader of our output went away, as with `tieout log | head`."""
