"""``python -m dateline`` is the command line."""

from dateline.ui.cli.commands import main

if __name__ == "__main__":  # processes that share a port import it under another name
    main()
