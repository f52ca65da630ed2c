"""The report as one HTML page: what its template shows, arranged and drawn.

Nothing here decides anything. Geometry is in whole thousandths of a chart's width.
"""
