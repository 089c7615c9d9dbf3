"""What both sides agreed, what changed since, and who did what: the agreed-figures ledger and the audit log.

The annual table of a year has one content (`agreed.content`), and the content has one hash. Parties sign the hash;
when all have signed the same one the table is agreed, and whatever changes later is a restatement.

What does not belong here: computing a value, and deciding who may sign (compact.yaml names the parties).
"""

from cpc_pipeline.ledger.agreed import content, content_hash, keep, kept
from cpc_pipeline.ledger.audit import AuditLog, Broken
from cpc_pipeline.ledger.keys import BadSignature, new_key, sign_with, signature_holds
from cpc_pipeline.ledger.restating import restatements
from cpc_pipeline.ledger.signing import Signature, read_signatures, write_signature
from cpc_pipeline.ledger.standing import Standing, Table, standing_of_submissions, standing_of_table

__all__ = [
    "AuditLog",
    "BadSignature",
    "Broken",
    "Signature",
    "Standing",
    "Table",
    "content",
    "content_hash",
    "keep",
    "kept",
    "new_key",
    "read_signatures",
    "restatements",
    "sign_with",
    "signature_holds",
    "standing_of_submissions",
    "standing_of_table",
    "write_signature",
]
