"""Mutants that no case, check or invariant can or need notice, by id, each with the reason why."""

from collections.abc import Mapping

ACCEPTED: Mapping[str, str] = {}
