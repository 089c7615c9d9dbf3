"""What an organisation must be told, as a message in its language (reminders, results), and the secretariat (failures).

A message says that something is asked, where and of which indicator, and never a value: it may be read by anybody on
its way. What does not belong here: addresses, files, the network, the clock (desk/notifying.py and desk/posting.py).
"""

from cpc_pipeline.notices.calendar import step
from cpc_pipeline.notices.message import letter, on_its_way
from cpc_pipeline.notices.notice import Notice
from cpc_pipeline.notices.writing import OPEN, failure, reminder, result

__all__ = ["OPEN", "Notice", "failure", "letter", "on_its_way", "reminder", "result", "step"]
