"""What can be said about a case: vocabulary, units, validation, case files, pure formulas. Knows no rules."""
