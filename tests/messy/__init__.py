"""Generators of messy files, at least two for each kind, and what must come of each; all numbers are invented."""
