"""The vocabulary of tieout: pure values, standard library only.

Everything else speaks in these terms (``1-model`` of the design): an *entry* is work, a
*document* is one record of the books, a *change* is one act on one document, a *plan* is all of
them, a *diagnostic* is anything a person has to be told.
"""
