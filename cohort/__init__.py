"""Many cases at once: tables in and out, derived as columns. Above explanation and below the command line."""
