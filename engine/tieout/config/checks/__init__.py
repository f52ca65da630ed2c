"""Semantic checks: `check(draft, findings)` each, independent of one another."""
