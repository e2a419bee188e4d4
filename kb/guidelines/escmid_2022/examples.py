"""The cases of this guideline's rules: the common base with changes, put to this guideline."""

from collections.abc import Mapping
from typing import Any

from ... import examples
from ...language import Example

UNDER = "escmid-2022"


def fires(name: str, changes: Mapping[str, Any], base: Mapping[str, Any] = examples.BASE) -> Example:
    """An example in which the rule fires under this guideline."""
    return examples.fires(name, base, changes, UNDER)


def silent(name: str, changes: Mapping[str, Any], base: Mapping[str, Any] = examples.BASE) -> Example:
    """An example in which the rule does not fire under this guideline."""
    return examples.silent(name, base, changes, UNDER)
