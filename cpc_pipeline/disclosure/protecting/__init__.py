"""The protector: chooses which cells to hide. Shares no code with the auditor beyond `problem`.

`protect(problem, release_key, seconds, watch, approve)` gives a `Pattern`: the hidden keys, whether it is proven that
nothing cheaper would do, and what could not be protected.
"""

from cpc_pipeline.disclosure.protecting.costs import Measure
from cpc_pipeline.disclosure.protecting.exact import Progress
from cpc_pipeline.disclosure.protecting.protect import SECONDS, Pattern, protect

__all__ = ["SECONDS", "Measure", "Pattern", "Progress", "protect"]
