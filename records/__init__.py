"""Decisions kept as evidence: chained, replayed, counted and, where the law says so, erased."""
