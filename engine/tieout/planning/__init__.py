"""From three states to a plan: decisions per chain, change sets, guards, body and id.

Planning is a function of what it is given and writes nothing: :func:`tieout.planning.build.build`.
"""
