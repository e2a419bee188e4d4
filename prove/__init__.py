"""What can be said of every situation at once: checks, proofs, and how far the cases go."""
