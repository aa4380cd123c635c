"""``python -m dateline`` is the command line."""

from dateline.ui.cli.app import main

main()
