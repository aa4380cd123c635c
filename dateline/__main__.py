"""``python -m dateline`` is the command line."""

from dateline.ui.cli.commands import main

main()
