"""What can be said about a conclusion: why, why not, what if, step by step. Knows no medicine."""
