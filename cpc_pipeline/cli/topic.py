"""What a module of cli/ must have to bring commands of its own: `register(command)`.

`command(name, run, words)` gives the parser of one command, to which the module adds its arguments. `run` takes the
project, the speaker and what was typed, and gives the exit code. Heavy imports stay inside `run`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Protocol

Command = Callable[..., argparse.ArgumentParser]


class Topic(Protocol):
    """A module of cli/ with commands of its own."""

    def register(self, command: Command) -> None:
        """Add the module's commands."""
