"""whyrx: a clinical guideline turned into advice that can say why, for every word of it."""

__version__ = "0.1.0"
