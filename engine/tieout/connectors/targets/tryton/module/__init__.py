"""A small module for Tryton itself: a key of tieout's that the database keeps unique (strict mode).

Tryton finds it by the entry point ``trytond.modules`` once tieout is installed beside it, and it is
activated with ``trytond-admin -d DATABASE -u tieout``. Nothing of tieout's engine imports it.
"""
