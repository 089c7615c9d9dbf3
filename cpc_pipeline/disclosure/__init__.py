"""What may leave: turns measures into a `Release`, the only thing that publication accepts.

Today only the internal edition exists: it hides nothing and marks every small count as sensitive, so that the
people who work with it see what a wider edition would have to hide. The partners' and public editions are
refused until joint protection of all tables, with an independent audit, is built; suppressing small cells alone
would let a reader recover them by subtraction, which is worse than not publishing.

What does not belong here: drawing, writing files, computing indicators.
"""

from __future__ import annotations

from cpc_pipeline.disclosure.release import NotProtectedError, release

__all__ = ["NotProtectedError", "release"]
