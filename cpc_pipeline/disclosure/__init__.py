"""What may leave: turns measures into a `Release`, the only thing that publication accepts.

The internal edition hides nothing and marks every small count as sensitive. The partners' and public editions are one
problem with everything that was ever printed (assembling), get a pattern (protecting), are masked (masking) and proved
(auditing). `problem` is all that protector and auditor share; `general` is the door for tables of anybody.

What does not belong here: drawing, writing files, computing indicators.
"""

from __future__ import annotations

from cpc_pipeline.disclosure.release import NotProtectedError, release, small_counts

__all__ = ["NotProtectedError", "release", "small_counts"]
