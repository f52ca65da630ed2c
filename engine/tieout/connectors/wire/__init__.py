"""The wire: one way in which a connector talks to a system over HTTP.

``failures`` says what can come of a call, ``budget`` how many calls a vendor allows, ``masking``
what no message may carry, ``http`` makes the calls.
"""
