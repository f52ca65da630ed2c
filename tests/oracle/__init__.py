"""The whole story a second time, in plain Python: slow, and meant to be obviously correct.

Property tests compare the engine with it. It reads only the vocabulary (``tieout.domain``) and the
configuration's model, never the pipeline or planning, and tells ``docs/semantics.md`` section by
section: ``portions`` (1), ``states`` (2), ``rounding`` (3), ``classes`` (4), ``prices`` (5),
``documents`` (6), ``chains`` and ``diff`` (7), ``conservation`` (8). ``desired`` strings them
together.
"""
