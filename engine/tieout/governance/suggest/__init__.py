"""Rows for what is unmapped: what fits (`propose`), how it reads (`rows`), where it goes (`edit`)."""
