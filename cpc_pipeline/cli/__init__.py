"""The `cpc` command: a thin door on pipeline/ and desk/ for people at a terminal. Computes nothing.

Exit codes: 0 fine; 1 findings that return a submission, or an edition that may not go out; 2 a usage error, an
unreadable file or faults in the compact's data. A traceback is never shown (set CPC_DEBUG=1 to see one).
Heavy imports stay inside the commands: `cpc --help` answers in well under a second.
"""

from cpc_pipeline.cli.door import main

__all__ = ["main"]
