"""From a printed number back to the cells it came from: who sent it, when, what was asked, who agreed.

Pure functions on the frames of the warehouse. What does not belong here: reading files, and computing a value.
"""

from cpc_pipeline.naming import BadReference, Reference, chosen, parse, reference
from cpc_pipeline.trace.page import page
from cpc_pipeline.trace.telling import as_dict, tell
from cpc_pipeline.trace.tracing import Agreement, Frames, Source, Trace, Window, trace

__all__ = [
    "Agreement",
    "BadReference",
    "Frames",
    "Reference",
    "Source",
    "Trace",
    "Window",
    "as_dict",
    "chosen",
    "page",
    "parse",
    "reference",
    "tell",
    "trace",
]
