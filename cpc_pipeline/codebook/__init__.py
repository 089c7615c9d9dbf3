"""The codebook: what was agreed, in words that people read, as one page and one workbook per language.

What does not belong here: values, findings, and any computing; the worked examples are given to it.
"""

from cpc_pipeline.codebook.book import workbook
from cpc_pipeline.codebook.content import Example
from cpc_pipeline.codebook.page import page

__all__ = ["Example", "page", "workbook"]
