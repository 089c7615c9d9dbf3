"""The records of signatures: one small YAML file each, written once, read by people, committed by the analyst.

data/agreements/<compact>/<year>/<NNN>_<party>.yaml. A record holds no figure of the table, only the hash of its
content, so that it may travel with the code.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import yaml

from cpc_pipeline.ledger.keys import signature_holds

_NAME = re.compile(r"(\d{3})_([a-z0-9_]+)\.yaml")


@dataclass(frozen=True)
class Signature:
    """One party's word for one content.

    content: hash of the annual table (ledger.content_hash). by: name of the office and role, never an identity number.
    submissions: submission id -> revision that the table counted. audit: hash of the last entry of the audit log when
    it was signed. signature, public_key: base64, both or none.
    """

    compact: str
    year: int
    party: str
    content: str
    by: str
    on: date
    submissions: Mapping[str, int] = field(default_factory=dict)
    audit: str = ""
    signature: str | None = None
    public_key: str | None = None
    number: int = 0

    def message(self) -> bytes:
        """What a key signs: everything that the record claims."""
        claims = {k: v for k, v in asdict(self).items() if k not in ("signature", "public_key", "number")}
        return json.dumps(claims, sort_keys=True, ensure_ascii=False, default=str).encode()

    @property
    def holds(self) -> bool:
        """False only where a signature is given and does not fit."""
        if self.signature is None and self.public_key is None:
            return True
        return bool(
            self.signature and self.public_key and signature_holds(self.signature, self.public_key, self.message())
        )


def read_signatures(folder: Path) -> list[Signature]:
    """Every record of one year in the order they were written. A file that is no record raises ValueError, by name."""
    found = []
    for path in sorted(folder.glob("*.yaml")):
        match = _NAME.fullmatch(path.name)
        if match is None:
            continue
        try:
            data = yaml.safe_load(path.read_text(encoding="utf-8"))
            found.append(Signature(**data, number=int(match[1])))
        except (yaml.YAMLError, TypeError):
            raise ValueError(path.name) from None
    return found


def write_signature(folder: Path, signature: Signature) -> Path:
    """Write the next record; nothing that was signed is ever overwritten."""
    folder.mkdir(parents=True, exist_ok=True)
    number = max((s.number for s in read_signatures(folder)), default=0) + 1
    path = folder / f"{number:03d}_{signature.party}.yaml"
    data = {k: v for k, v in asdict(signature).items() if k != "number" and v not in (None, "", {})}
    data["submissions"] = dict(signature.submissions)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w", encoding="utf-8") as file:
        file.write(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
    return path
