"""`python -m tieout`, the same as the console script."""

import sys

from tieout.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
