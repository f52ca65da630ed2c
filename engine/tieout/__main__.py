"""`tieout` and `python -m tieout`: the signals are watched before anything else is imported."""

import sys

from tieout.cli import interrupts


def main() -> int:
    """Run the command line and return its exit code, 130 or 143 where a signal ended it."""
    interrupts.watch()
    try:
        from tieout.cli.app import main as run

        code = run()
        interrupts.ignore()
    except BaseException:
        if interrupts.received():
            return interrupts.tell()
        raise
    return code


if __name__ == "__main__":
    sys.exit(main())
