"""Carrying out a plan: exactly that one, exactly once, whatever interrupts it.

``session`` what apply is given · ``preflight`` may it run · ``stages`` what it will do, as data ·
``execute`` the walk along the stages · ``recover`` what a crash left open · ``report`` what came of
it all. Nothing else in tieout holds a writer.
"""
