"""The 33 kinds of mess, each with files and what must come of them."""

from __future__ import annotations

from tests.messy import files, tables, values  # noqa: F401  (each adds its cases)
from tests.messy.cases import CASES, HEAD, KINDS, A, Case, Values, event

__all__ = ["CASES", "HEAD", "KINDS", "A", "Case", "Values", "event"]
