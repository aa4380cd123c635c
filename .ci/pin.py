"""``python .ci/pin.py > constraints.txt``: the versions that pip takes today for the package and all that tests it."""

import json
import subprocess
import sys

COMMAND = [
    sys.executable,
    "-m",
    "pip",
    "install",
    "--dry-run",
    "--ignore-installed",
    "--quiet",
    "--report",
    "-",
    ".[dev]",
]
HEAD = """\
# One version of each package, with which all tests passed. For an installation like it:
#     pip install -c constraints.txt 'dateline @ .'
# The ranges that Dateline works with stand in pyproject.toml. Made by: python .ci/pin.py > constraints.txt
"""

done = subprocess.run(COMMAND, stdout=subprocess.PIPE, check=True)
found = {
    one["metadata"]["name"]: one["metadata"]["version"].partition("+")[0] for one in json.loads(done.stdout)["install"]
}
rows = sorted(
    f"{name.lower().replace('_', '-').replace('.', '-')}=={version}"
    for name, version in found.items()
    if name != "dateline"
)
sys.stdout.write(HEAD + "\n".join(rows) + "\n")
