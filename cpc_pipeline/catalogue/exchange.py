"""What other systems must be told of a compact: who maintains its structures, which licence, to whom it reports.

The parties decide all of it. What they have not given is left out, or stands in the data as a placeholder that says so;
no registered identifier is ever made up.
"""

from __future__ import annotations

from pydantic import Field

from cpc_pipeline.catalogue.base import Model, Text


class Licence(Model):
    """Terms of use that the parties have agreed: name as the Open Definition lists it, title, address of its text."""

    name: str
    title: str
    path: str | None = None


class IatiOrganisation(Model):
    """An organisation in the words of IATI: type by codelist OrganisationType, role by OrganisationRole."""

    name: Text
    type: str = Field(pattern=r"^\d\d$")
    ref: str | None = None
    role: str | None = Field(default=None, pattern=r"^[1-4]$")


class Iati(Model):
    """The activity under which results are published (IATI 2.03).

    registered: false while the parties have given no identifiers: then `identifier` and the `ref` of the reporting
    organisation are placeholders, and the file says so in its description. status: codelist ActivityStatus. country:
    ISO 3166. sector: purpose code of OECD DAC.
    """

    registered: bool
    identifier: str = Field(pattern=r"^[^/&|?]+$")
    reporting: IatiOrganisation
    participating: list[IatiOrganisation] = Field(min_length=1)
    status: str = Field(pattern=r"^[1-6]$")
    country: str = Field(pattern=r"^[A-Z]{2}$")
    sector: str = Field(pattern=r"^\d{5}$")


class Exchange(Model):
    """agency: maintenance agency of the SDMX structures. iati: None where the compact does not report to IATI."""

    agency: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$")
    licence: Licence | None = None
    iati: Iati | None = None
