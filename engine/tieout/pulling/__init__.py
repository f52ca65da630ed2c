"""From sources and books to snapshots: :func:`tieout.pulling.pull.pull`."""
