"""Statements about the knowledge base as a whole: what its cases exercise, what they would notice, what is proved."""
