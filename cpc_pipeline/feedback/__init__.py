"""The submitter's own workbook with every finding marked in its cell, and a first sheet that lists them all.

The package is edited part by part, and of a part only the touched elements: whatever is not marked stays byte for
byte as sent. What does not belong here: judging (validation) and reading what is reported (intake).
A workbook that cannot be edited without risk comes back as a list that says why; nothing here raises for a file.
"""

from __future__ import annotations

from cpc_pipeline.feedback.annotating import annotate
from cpc_pipeline.feedback.delivery import take_away, write_feedback

__all__ = ["annotate", "take_away", "write_feedback"]
