"""The command line: one small file per verb; everything else renders at this edge."""
