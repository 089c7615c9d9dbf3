"""What a printed number that is no measure was made of: counts, scores, contributions, restatements, progress.

Each is counted again by the function that the report counts with, so that a name cannot lead to other things than those
that were printed. What does not belong here: the form of an account (trace/account.py), and words.
"""

from cpc_pipeline.desk.counting.accounts import account
from cpc_pipeline.desk.counting.year import Counting

__all__ = ["Counting", "account"]
