"""What would be otherwise: what would flip the advice, what is worth knowing, how firm it is, what to ask."""
