"""The story of an entry, told in numbered SQL (``sql/*.sql``) and run by :mod:`tieout.pipeline.run`."""
