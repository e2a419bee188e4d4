"""What follows from a case: rule language, rules by topic, sourced tables, guidelines, engine, trace, decision."""
