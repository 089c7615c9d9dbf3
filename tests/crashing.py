"""A parent that has everything imported and forks a run for each line it reads: a kill then costs no start of Python.

Started as `python tests/crashing.py`; a line is the root of a project of Colombia; answers with the process id of the
run, and with its exit status when it has ended. The parent itself computes nothing, so it has no threads to lose.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

from cpc_pipeline import pipeline
from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.folders import Folders
from cpc_pipeline.project import Project

LOAD = "import pickle, sys; from cpc_pipeline.catalogue import load; pickle.dump(load('colombia'), sys.stdout.buffer)"


def loaded() -> Catalogue:
    """The catalogue, read by another process: reading it starts threads, for which a forked run waits in vain."""
    read = subprocess.run([sys.executable, "-c", LOAD], check=True, stdout=subprocess.PIPE)
    catalogue = pickle.loads(read.stdout)
    assert isinstance(catalogue, Catalogue)
    return catalogue


def main() -> None:
    catalogue = loaded()
    tasks = Path("/proc/self/task")  # where there is none, nothing is asked
    names = [(task / "comm").read_text().strip() for task in tasks.iterdir()] if tasks.exists() else []
    assert "polars-0" not in names, "a run that is forked from threads would wait for them for ever"
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            project = Project(Folders(Path(line.rstrip("\n")), "colombia"), catalogue)
            pipeline.take_in(project, pipeline.todo(project).submissions)
            pipeline.compute_measures(project)
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
