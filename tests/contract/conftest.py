"""Fixtures of the contract suite."""

from tryton_bench import tryton_bench, tryton_databases

__all__ = ["tryton_bench", "tryton_databases"]
