"""Quality of the data by the five standards of ADS 201 (USAID), from what the pipeline knows (docs/data-quality.md).

What does not belong here: judging a submission (validation), and the words (publication, cli).
"""

from cpc_pipeline.measures.assessing.scores import ISSUED, STANDARDS, assess, marked, trend, weak

__all__ = ["ISSUED", "STANDARDS", "assess", "marked", "trend", "weak"]
