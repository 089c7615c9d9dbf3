"""The report in its formats and languages, read back from the files and held against each other and the data.

Each file is read as what anybody can see in it: tables of cells, paragraphs, words of figures. Nothing of the code that
rendered them is used. What does not belong here: knowing which numbers are true beyond the table of the edition.
"""

from cpc_pipeline.artefacts.parity.comparing import Difference, compare, compare_languages, compare_with_data
from cpc_pipeline.artefacts.parity.editions import differences
from cpc_pipeline.artefacts.parity.page import read_page
from cpc_pipeline.artefacts.parity.pdf import read_pdf
from cpc_pipeline.artefacts.parity.reading import Cell, Numbers, Reading
from cpc_pipeline.artefacts.parity.word import read_word

__all__ = [
    "Cell",
    "Difference",
    "Numbers",
    "Reading",
    "compare",
    "compare_languages",
    "compare_with_data",
    "differences",
    "read_page",
    "read_pdf",
    "read_word",
]
