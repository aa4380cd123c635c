"""Counts lines of Python outside tests, without blanks, comments and docstrings: ``count_code.py [CHECKOUT]``.

A line counts where code stands in it as `ruff format` left it, at 120 columns.
"""

import ast
import io
import subprocess
import sys
import tokenize
from collections import Counter
from pathlib import Path

_NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def count(text: str) -> int:
    """The lines of a module that hold code."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    held = {line for one in tokens if one.type not in _NO_CODE for line in range(one.start[0], one.end[0] + 1)}
    for node in ast.walk(ast.parse(text)):  # of attributes as well: a string that nothing is done with
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            held -= set(range(node.lineno, node.end_lineno + 1))
    return len(held)


def main() -> None:
    """Print the lines of each folder, and of all."""
    checkout = Path(sys.argv[1] if sys.argv[1:] else ".")
    listed = ["git", "-C", str(checkout), "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = set(subprocess.run(listed, check=True, capture_output=True, text=True).stdout.splitlines())
    counts: Counter[str] = Counter()
    for name in names:
        if not name.startswith("tests/") and (checkout / name).exists():
            counts[name.partition("/")[0]] += count((checkout / name).read_text("utf-8"))
    for folder, lines in sorted(counts.items()):
        print(f"{lines:7,} {folder}")
    print(f"{counts.total():7,} in all")


main()
