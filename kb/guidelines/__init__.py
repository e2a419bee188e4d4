"""Guidelines: each a folder with its statements, its scope, what it ranks and avoids, and its coverage table."""
