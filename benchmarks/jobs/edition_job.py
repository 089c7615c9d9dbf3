"""What a notebook does first: an edition of the last year opened, and a table of it. publish_job.py has made it.

python jobs/edition_job.py FOLDER
"""

from __future__ import annotations

import sys

import cpc_pipeline as cpc
from cpc_pipeline.sample import COMPACT


def main(folder: str) -> None:
    edition = cpc.open_edition(COMPACT, edition="internal", root=folder)
    print(edition.measures())


if __name__ == "__main__":
    main(sys.argv[1])
