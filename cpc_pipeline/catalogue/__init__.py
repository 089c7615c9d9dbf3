"""What was agreed: the only reader of `compacts/<country>/`.

`load` gives a frozen `Catalogue` or raises `CatalogueFaults` with every fault at once, each with file and line.
What does not belong here: anything about submissions, values or files that organisations send.
"""

from cpc_pipeline.catalogue.audit import Remark, audit
from cpc_pipeline.catalogue.base import Text
from cpc_pipeline.catalogue.breaks import Break, breaks
from cpc_pipeline.catalogue.codes import Code, CodeList, Unit
from cpc_pipeline.catalogue.crosswalks import Walk, restate
from cpc_pipeline.catalogue.decisions import Acknowledgement, Decision
from cpc_pipeline.catalogue.exchange import Iati, IatiOrganisation
from cpc_pipeline.catalogue.faults import CatalogueFaults, Fault
from cpc_pipeline.catalogue.header import Calendar, ContributionColumn, Dimension
from cpc_pipeline.catalogue.indicator import Derived, Indicator, Version
from cpc_pipeline.catalogue.layouts import (
    PLACE_FIELDS,
    Confirmed,
    Layout,
    LayoutColumn,
    Meaning,
    NumberForm,
    Spread,
    aliases,
    confirmed,
)
from cpc_pipeline.catalogue.loading import available, folder_of, load, read_rules
from cpc_pipeline.catalogue.models import Catalogue, ContextSeries, Objective, Organisation, Rule, Waiver
from cpc_pipeline.catalogue.outline import Part as OutlinePart
from cpc_pipeline.catalogue.outline import Piece
from cpc_pipeline.catalogue.remembering import remember
from cpc_pipeline.catalogue.snapshots import definitions, pack, unpack
from cpc_pipeline.catalogue.text import INVISIBLE, fold
from cpc_pipeline.catalogue.wording import FindingText, Wording

__all__ = [
    "INVISIBLE",
    "PLACE_FIELDS",
    "Acknowledgement",
    "Break",
    "Calendar",
    "Catalogue",
    "CatalogueFaults",
    "Code",
    "CodeList",
    "Confirmed",
    "ContextSeries",
    "ContributionColumn",
    "Decision",
    "Derived",
    "Dimension",
    "Fault",
    "FindingText",
    "Iati",
    "IatiOrganisation",
    "Indicator",
    "Layout",
    "LayoutColumn",
    "Meaning",
    "NumberForm",
    "Objective",
    "Organisation",
    "OutlinePart",
    "Piece",
    "Remark",
    "Rule",
    "Spread",
    "Text",
    "Unit",
    "Version",
    "Waiver",
    "Walk",
    "Wording",
    "aliases",
    "audit",
    "available",
    "breaks",
    "confirmed",
    "definitions",
    "fold",
    "folder_of",
    "load",
    "pack",
    "read_rules",
    "remember",
    "restate",
    "unpack",
]
