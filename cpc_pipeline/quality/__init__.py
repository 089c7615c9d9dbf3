"""Is what lies in the warehouse sound? Great Expectations, in a process of its own, on the loaded tables.

The rules are the compact's data (rules*.yaml, scope warehouse); they answer to analysts and auditors, where the rules
with scope submission (validation) answer to an organisation before loading. No rule is written twice.

An expectation that could not be evaluated is *broken*, which is our fault; it is never shown as one that failed.

What does not belong here: judging a submission (validation), and anything that imports Great Expectations outside
`inspector.py`: that import alone costs seconds.
"""

from cpc_pipeline.quality.checking import InspectionBroken, Outcome, Quality, check, recall

__all__ = ["InspectionBroken", "Outcome", "Quality", "check", "recall"]
