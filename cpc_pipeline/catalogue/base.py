"""What every part of the catalogue is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Text = dict[str, str]
"""Language to string; every language of the compact must be there."""


class Model(BaseModel):
    """Frozen once loaded; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
