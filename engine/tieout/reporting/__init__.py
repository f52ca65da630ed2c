"""Views: text, Markdown, JSON and reports of objects that others have made.

No view computes what planning should, and none opens a socket or a database.
"""
