"""Guidelines, each in a folder of its own. To add one: write its folder and name it here; nothing else changes."""

from . import escmid_2022, idsa_2026, severe_ndm_klebsiella
from .guideline import Guideline

GUIDELINES: dict[str, Guideline] = {
    each.GUIDELINE.id: each.GUIDELINE for each in (severe_ndm_klebsiella, idsa_2026, escmid_2022)
}
"""Every guideline by its id, in the order in which they are listed and compared."""
