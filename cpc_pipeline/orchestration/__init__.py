"""Dagster, and nothing but: assets, checks, partitions, a sensor, a schedule. Nothing is computed here."""
