"""Where things lie on disk: one frozen object instead of paths built in many places."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Folders:
    """The folders of one project directory for one compact.

    raw: data/raw/<compact>/<year>/<organisation>/<file>, as received, never edited.
    warehouse: data/warehouse/<compact>.duckdb, which only the pipeline opens.
    copy: data/warehouse/<compact>.read.duckdb, the consistent copy that everybody else reads.
    originals: data/warehouse/<compact>.originals/<hash>, every file as received, read-only.
    receipts: data/receipts/<compact>/<year>/<receipt>.txt, ready to hand over.
    quality: data/warehouse/<compact>.quality, the Data Docs of what is in it.
    agreements, agreed, audit: what was signed, and who did what.
    feedback: data/feedback/<compact>/<year>/<organisation>, what goes back to the organisations.
    narratives: data/narratives/<compact>/<year>, texts of the report as people edit and review them.
    published: data/published/<compact>/<year>/<edition>/{tables,figures,report,pack,data}.
    notices: data/notices/<compact>, messages ready to be sent, and which were.
    contacts: data/contacts/<compact>.csv, addresses of organisations; the settings of the mail server lie beside it.
    """

    root: Path
    compact: str

    @property
    def raw(self) -> Path:
        return self.root / "data" / "raw" / self.compact

    @property
    def warehouse(self) -> Path:
        return self.root / "data" / "warehouse" / f"{self.compact}.duckdb"

    @property
    def copy(self) -> Path:
        return self.warehouse.with_name(f"{self.compact}.read.duckdb")

    @property
    def originals(self) -> Path:
        return self.warehouse.with_name(f"{self.compact}.originals")

    @property
    def ahead(self) -> Path:
        """Readings that were made ahead, until they are taken in: as restricted as the warehouse, and beside it."""
        return self.warehouse.with_name(f"{self.compact}.ahead")

    @property
    def receipts(self) -> Path:
        return self.root / "data" / "receipts" / self.compact

    @property
    def quality(self) -> Path:
        """Data Docs of the warehouse: beside it, because they are as restricted as it is."""
        return self.root / "data" / "warehouse" / f"{self.compact}.quality"

    @property
    def feedback(self) -> Path:
        """Workbooks with their findings: as restricted as the submissions, of which they are copies."""
        return self.root / "data" / "feedback" / self.compact

    @property
    def quarantine(self) -> Path:
        """Files refused for personal data: apart from everything that is read, kept or backed up (quarantine.py)."""
        elsewhere = os.environ.get("CPC_QUARANTINE")
        return Path(elsewhere) if elsewhere else self.root / "data" / "quarantine"

    @property
    def published(self) -> Path:
        return self.root / "data" / "published" / self.compact

    @property
    def codebook(self) -> Path:
        """What was agreed, in words: no figure of any submission is in it."""
        return self.root / "data" / "codebook" / self.compact

    @property
    def agreements(self) -> Path:
        """Records of signatures, by year: hashes and names of offices, no figures; they may be committed."""
        return self.root / "data" / "agreements" / self.compact

    @property
    def agreed(self) -> Path:
        """The signed contents themselves: as restricted as the warehouse, and beside it."""
        return self.root / "data" / "warehouse" / f"{self.compact}.agreed"

    @property
    def audit(self) -> Path:
        """Who did what, and when."""
        return self.root / "data" / "audit" / f"{self.compact}.jsonl"

    @property
    def narratives(self) -> Path:
        """Texts of the report and the narratives they are written from: as restricted as the submissions."""
        return self.root / "data" / "narratives" / self.compact

    @property
    def notices(self) -> Path:
        """Messages to organisations, without any value, and the book of those that were sent."""
        return self.root / "data" / "notices" / self.compact

    @property
    def contacts(self) -> Path:
        """Who is written to: people's addresses change and are personal data, so they are no part of the compact."""
        return self.root / "data" / "contacts" / f"{self.compact}.csv"

    @property
    def mail_settings(self) -> Path:
        """How messages are handed over, where the environment does not say it."""
        return self.contacts.with_name("mail.yaml")

    @property
    def printed(self) -> Path:
        """What was ever printed, and what was hidden behind the markers: as restricted as the warehouse."""
        return self.root / "data" / "printed" / self.compact

    def edition(self, year: int, edition: str, as_of: str = "") -> Path:
        """as_of: the moment, as text, as of which the edition was rebuilt."""
        published = self.published / f"as-of-{as_of}" if as_of else self.published
        return published / str(year) / edition

    def pack(self, year: int, edition: str) -> Path:
        """The dialogue pack of an edition in a look that somebody gave it: beside the edition, which has its own."""
        return self.published / str(year) / "pack" / edition


def project_root() -> Path:
    """CPC_HOME if set, else the checkout this package is installed from (editable), else the working directory."""
    home = os.environ.get("CPC_HOME")
    if home:
        return Path(home).resolve()
    checkout = Path(__file__).resolve().parent.parent
    return checkout if (checkout / "workspace.yaml").exists() else Path.cwd()


def default_compact() -> str:
    """CPC_COMPACT if set, else the first compact."""
    return os.environ.get("CPC_COMPACT", "colombia")
