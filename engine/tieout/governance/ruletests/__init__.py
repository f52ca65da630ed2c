"""Rule tests: decisions kept as examples, and what the engine makes of them.

``read`` → ``world`` (a test's givens as inputs of the pipeline) → ``pipeline.run.compute`` →
``observe`` → ``compare``; ``run`` strings them together. Nothing here knows how an hour is rounded,
classified or priced: the engine's own path is what is tried.
"""
