"""The auditor: proves, from what is printed, that nothing can be recovered. Shares no code with the protector.

`audit(publication, demands)` gives an `Audit`: passed or not, the exposed cells, the intervals and the tables that
prove it; `confirmed(certificate, publication, demands)` checks these without any solver.
"""

from cpc_pipeline.disclosure.auditing.audit import SECONDS, Audit, Interval, audit
from cpc_pipeline.disclosure.auditing.checking import Certificate, confirmed

__all__ = ["SECONDS", "Audit", "Certificate", "Interval", "audit", "confirmed"]
