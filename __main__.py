"""`python -m whyrx`, the same as the `whyrx` command."""

from .cli import main

main()
