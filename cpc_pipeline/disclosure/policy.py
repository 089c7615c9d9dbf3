"""What a compact says about protection: the rule of kind small_count, as one frozen value.

A threshold can be raised by data and never lowered: the floor is in code (problem.K_FLOOR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cpc_pipeline.catalogue import Catalogue
from cpc_pipeline.disclosure.problem import K_FLOOR

RULE_KIND = "small_count"
INTERNAL, PARTNERS, PUBLIC = "internal", "partners", "public"
EDITIONS = (INTERNAL, PARTNERS, PUBLIC)
"""From the one that holds everything to the one for everybody; each holds no more than the one before it."""


@dataclass(frozen=True)
class Policy:
    """How counts of protected units are published.

    k, k_below: smallest count that is printed for a department (and the country), and below it. families: unit
    families that count somebody. groups_nation, groups_below: how many dimensions, besides those of the headline, a
    row may be broken down by. whole_groups: dimensions of which a row that lies whole in one category is not split;
    silent: categories such as "not reported", which tell nothing of anybody.
    national_only: dimensions that are never broken down below the country. notes: note codes that hold no number and
    may stand beside a protected value. crowded: share of sensitive cells above which a table is made coarser.
    public_depth: how far below the country the public edition goes (1: departments).
    """

    k: int
    k_below: int
    families: frozenset[str]
    groups_nation: int = 2
    groups_below: int = 1
    whole_groups: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    national_only: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    crowded: float = 0.4
    public_depth: int = 1

    def k_at(self, depth: int) -> int:
        """The threshold at a depth below the country (0)."""
        return self.k if depth <= 1 else self.k_below


def policy_of(catalogue: Catalogue) -> Policy | None:
    """The compact's policy; None where it has none, and then nothing but the internal edition may be made."""
    rules = [rule for rule in catalogue.rules if rule.kind == RULE_KIND]
    if not rules:
        return None
    params = rules[0].params
    k = max(K_FLOOR, int(params["k"]))
    given: dict[str, Any] = {name: frozenset(params.get(name, ())) for name in SETS}
    given |= {name: params[name] for name in NUMBERS if name in params}
    return Policy(k=k, k_below=max(k, int(params.get("k_below", 11))), **given)


SETS = ("families", "whole_groups", "silent", "national_only", "notes")
NUMBERS = ("groups_nation", "groups_below", "crowded", "public_depth")
