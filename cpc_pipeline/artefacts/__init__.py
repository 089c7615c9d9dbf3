"""Looks at the files of an edition as a stranger with every tool would: what numbers are in them, what else is.

The last check before an edition leaves. It opens each rendered file again and believes nothing that the renderers say.
What does not belong here: knowing which numbers are true, and deciding what may leave.
"""

from cpc_pipeline.artefacts.audit import Leak, Shown, audit_files
from cpc_pipeline.artefacts.opening import UnknownFile, opens, pages_of, texts_of
from cpc_pipeline.artefacts.tokens import numbers_in

__all__ = ["Leak", "Shown", "UnknownFile", "audit_files", "numbers_in", "opens", "pages_of", "texts_of"]
