"""From a printed number back to the cells it came from: who sent it, when, what was asked, who agreed.

Pure functions on the frames of the warehouse. What does not belong here: reading files, and computing a value.
"""

from cpc_pipeline.naming import BadReference, Reference, chosen, parse, reference
from cpc_pipeline.trace.account import Account, Item, account_dict, account_page, plain, tell_account
from cpc_pipeline.trace.page import page
from cpc_pipeline.trace.telling import as_dict, tell
from cpc_pipeline.trace.tracing import Agreement, Frames, Source, Trace, Window, trace

__all__ = [
    "Account",
    "Agreement",
    "BadReference",
    "Frames",
    "Item",
    "Reference",
    "Source",
    "Trace",
    "Window",
    "account_dict",
    "account_page",
    "as_dict",
    "chosen",
    "page",
    "parse",
    "plain",
    "reference",
    "tell",
    "tell_account",
    "trace",
]
