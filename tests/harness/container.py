"""The Dockerfile without a container engine: its instructions read, its commands run in a folder in place of a root.

    python -m tests.harness.container --root DIR        # builds what the image would hold below DIR, and asks it

COPY and RUN are done as they stand, with the image's folders below the one that is given. Whose the files are, that the
file system is read-only and what the base image holds is not tried by it.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parents[2]
_FOLDERS = ("/opt", "/src", "/data")  # of the image, which the Dockerfile makes
QUESTION = "when do coalition troops leave Iraq?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One of a Dockerfile."""

    name: str
    value: str

    def words(self) -> list[str]:
        """Its value as a list: of JSON, or as a shell splits it."""
        found: list[str] = json.loads(self.value) if self.value.startswith("[") else shlex.split(self.value)
        return found


def read_dockerfile(path: Path = ROOT / "Dockerfile") -> list[Instruction]:
    """Its instructions in order, each on one line."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = (line.split(maxsplit=1) for line in whole.splitlines() if line.strip())
    return [Instruction(name=name, value=value) for name, value in pairs]


def last(instructions: Iterable[Instruction], name: str) -> Instruction:
    """The one of a name that is in force."""
    return [one for one in instructions if one.name == name][-1]


def environment_of(instructions: Iterable[Instruction], root: Path) -> dict[str, str]:
    """What ENV sets, with the image's folders below ``root``."""
    pairs = (word.partition("=") for one in instructions if one.name == "ENV" for word in one.words())
    return {name: below(value, root) for name, _, value in pairs}


def health_command(instructions: Iterable[Instruction]) -> list[str]:
    """What HEALTHCHECK runs."""
    return list(json.loads(last(instructions, "HEALTHCHECK").value.partition(" CMD ")[2]))


def below(text: str, root: Path) -> str:
    """A command with the image's folders below ``root``."""
    return re.sub(rf"(?<![\w.-])(?={'|'.join(_FOLDERS)})", str(root), text)


def build(root: Path) -> None:
    """Do what the Dockerfile does, below ``root``."""
    here = root
    for one in read_dockerfile():
        if one.name == "WORKDIR":
            here = Path(below(one.value, root))
            here.mkdir(parents=True, exist_ok=True)
        elif one.name == "COPY":
            _copy(one.words(), here, root)
        elif one.name == "RUN":
            surroundings = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
            command = below(one.value, root).replace("--no-cache-dir ", "")  # downloaded once is enough for a check
            subprocess.run(["sh", "-ec", command], cwd=here, env=surroundings, check=True)


def _copy(words: Sequence[str], here: Path, root: Path) -> None:
    *options, source, target = words
    if any(one.startswith("--from") for one in options):
        made, wanted = Path(below(source, root)), Path(below(target, root))
        if made != wanted:
            shutil.copytree(made, wanted)
        return
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")]
    for name in kept:
        path = ROOT / name
        if path.is_dir():
            shutil.copytree(path, here / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(path, here / name)


def linked_environment(folder: Path, requirements: Path, wheel: Path) -> Path:
    """A virtual environment of the packages in a file of requirements and a wheel, and no other; gives its folder.

    The packages are those of this environment, each file a link: nothing is downloaded.
    """
    venv.EnvBuilder().create(folder)
    (site,) = folder.glob("lib/python*/site-packages")
    names = [line.partition("==")[0] for line in requirements.read_text("utf-8").splitlines() if line[0] != "#"]
    for name in names:
        try:
            package = distribution(name)
        except PackageNotFoundError as error:
            raise RuntimeError(f"{name!r} is not installed; run: pip install -e '.[dev]'") from error
        for file in package.files or ():
            if ".." not in file.parts:  # compiled files, too, else each start would compile all
                made = site / file
                made.parent.mkdir(parents=True, exist_ok=True)
                made.symlink_to(Path(str(package.locate_file(file))))
    pip = (sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "--no-input", "--quiet")
    subprocess.run([*pip, "install", "--no-index", "--no-deps", str(wheel)], check=True)
    return folder


def main() -> None:
    """Build below a folder, and ask a question as the container would."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.container", description="Build without an engine.")
    parser.add_argument("--root", type=Path, required=True, help="an empty folder in place of the image's root")
    root: Path = parser.parse_args().root.resolve()
    build(root)
    instructions = read_dockerfile()
    surroundings = {"PATH": "/usr/bin:/bin", **environment_of(instructions, root)}
    entry = [str(root / "opt" / "dateline" / "bin" / one) for one in last(instructions, "ENTRYPOINT").words()]
    command = [*entry, "ask", QUESTION, "--articles", str(ROOT / "seeds")]
    subprocess.run(command, env=surroundings, cwd=root / "data", check=True)


if __name__ == "__main__":
    main()
