"""A synthetic, invented country as data: for training, tests and benchmarks. Nothing in it is about anybody.

`write_sample` writes a compact that needs nothing else, and the workbooks that its organisations sent; the same request
always gives the same bytes. What is planted in the workbooks on purpose is told in planted.csv. What does not belong
here: reading, judging, or a word about a real country. The skeleton is data (skeleton/, sample.yaml).
"""

from __future__ import annotations

from cpc_pipeline.sample.country import COMPACT, Request, TooFewRows
from cpc_pipeline.sample.writing import Made, write_sample

__all__ = ["COMPACT", "Made", "Request", "TooFewRows", "write_sample"]
