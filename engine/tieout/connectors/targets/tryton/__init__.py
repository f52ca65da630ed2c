"""Tryton: so far the module of ours that makes keys unique in its database (``module``)."""
