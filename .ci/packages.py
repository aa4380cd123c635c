"""What an installation is made of: the size of each package, and which a server does without.

    python .ci/packages.py sizes                            # of the environment that runs it, in MB
    python .ci/packages.py server > requirements-server.txt # for servers and containers, of constraints.txt

A server answers without torch: that is for models of Hugging Face that a user names. pip can't leave out what a package
asks for, so the packages that remain are listed one by one and installed with `pip install --no-deps`.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
SERVER_EXTRAS = ("postgres",)
LEFT_OUT: Mapping[str, str] = {
    "torch": "runs embedders, readers, rerankers and verifiers of Hugging Face that a user names",
    "sentence-transformers": "loads them",
    "hf-xet": "downloads them",
}
"""What a server does without, each with what it is for."""
ALONE: Mapping[str, str] = {
    "chromadb": "of it only the compiled engine is used; what it asks for is for its own server and client",
}
"""What is installed without what it asks for, each with the reason."""
HEAD = """\
# What a server needs: all but torch, and what Chroma's own server asks for: .ci/packages.py says why.
#     pip install --no-deps -r requirements-server.txt && pip install --no-deps dateline-*.whl
# For Linux. Made by: python .ci/packages.py server > requirements-server.txt
"""
_LARGE = 5.0  # MB; smaller packages are told together


def named(name: str) -> str:
    """A package's name as the index has it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def found(name: str) -> Distribution | None:
    """An installed package; None where it is not."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def wanted(requirements: list[str], extras: tuple[str, ...]) -> Iterator[Requirement]:
    """Those that hold on this machine, with these extras."""
    for requirement in map(Requirement, requirements):
        marker, surroundings = requirement.marker, default_environment()
        if marker is None or any(marker.evaluate({**surroundings, "extra": extra}) for extra in ("", *extras)):
            yield requirement


def closure(left_out: Mapping[str, str], alone: Mapping[str, str], extras: tuple[str, ...]) -> dict[str, str]:
    """All packages that dateline asks for, and for each the direct one that brings it first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(one for extra in extras for one in project["optional-dependencies"][extra])]
    brought: dict[str, str] = {}
    rest = [(one, named(one.name)) for one in wanted(asked, ())]
    direct = {name for _, name in rest}
    seen: set[tuple[str, str]] = set()
    while rest:
        requirement, by = rest.pop(0)
        name = named(requirement.name)
        new = {(name, extra) for extra in ("", *requirement.extras)} - seen
        if name in left_out or not new:
            continue
        seen |= new
        brought.setdefault(name, name if name in direct else by)
        installed = found(name)
        if installed and name not in alone:
            further = wanted(installed.requires or [], tuple(requirement.extras))
            rest += [(one, brought[name]) for one in further]
    return brought


def megabytes(package: Distribution) -> float:
    """What its files take, with those that pip compiled."""
    paths = (Path(str(package.locate_file(file))) for file in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def print_sizes() -> None:
    """Each package over 5 MB, the largest first, with what brings it, and whether a server needs it."""
    server = closure(LEFT_OUT, ALONE, SERVER_EXTRAS)
    brought = {**closure({}, {}, ()), **server}
    installed = {name: package for name in ("dateline", *brought) if (package := found(name))}
    sizes = {name: megabytes(package) for name, package in installed.items()}
    print("| package | MB | brought by | server |\n|---|---|---|---|")
    for name, size in sorted(sizes.items(), key=lambda one: -one[1]):
        if size >= _LARGE:
            print(f"| {name} | {size:.0f} | {brought.get(name, '')} | {'yes' if name in server else 'no'} |")
    small = [size for size in sizes.values() if size < _LARGE]
    of_server = sum(size for name, size in sizes.items() if name in server)
    print(f"| {len(small)} smaller ones | {sum(small):.0f} | | |")
    print(f"| all {len(sizes)} | {sum(sizes.values()):.0f} | | of a server {of_server:.0f} |")


def print_server() -> None:
    """The packages of a server, each in its version of constraints.txt."""
    rows = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(row.split("==") for row in rows if not row.startswith("#"))
    needed = closure(LEFT_OUT, ALONE, SERVER_EXTRAS)
    missing = sorted(needed.keys() - pinned.keys())
    if missing:
        sys.exit(f"constraints.txt lacks {', '.join(missing)}; run: python .ci/pin.py > constraints.txt")
    print(HEAD + "\n".join(f"{name}=={pinned[name]}" for name in sorted(needed)))


if __name__ == "__main__":
    commands = {"sizes": print_sizes, "server": print_server}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(f"give one of: {', '.join(commands)}")
    commands[sys.argv[1]]()
