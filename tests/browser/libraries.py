"""The articles of the tests that open a page: those that ship, some in many scripts, and some of strangers."""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dateline.index.library import Library
from tests.harness.hostile import hostile_texts

_ROOT = Path(__file__).parents[2]
SHIPPED = (_ROOT / "seeds", _ROOT / "eval" / "sets" / "newsroom" / "articles")
SEED = "baf61fa4bff1d72f"

PARADE = """\
👨‍👩‍👧‍👦 Parade in Ostervik 🇳🇴🇸🇪

Families 👨‍👩‍👧‍👦👩🏽‍🚀🏳️‍🌈 from 🇳🇴, 🇸🇪 and 🇫🇮 filled the streets 😀🎉. A̱ choir sang in Mo̊õrë and x̂ȳz̈ 👩‍❤️‍💋‍👨.
The parade in Ostervik 👨‍👩‍👧‍👦 cost 48,000 crowns 💶, the mayor n̂ĩḱḡ Åse Öberg said. 🥳 It will return in 2027.

Source: Ostervik Gazette
2023-06-11 09:00:00
"""
RIGHT_TO_LEFT = """\
Port of حيفا and נמל חיפה

قال مدير الميناء سامر حداد إن الميناء سيغلق ثلاثة أيام في آذار. لم يحدد المدير موعدا جديدا للسفن.
كلف الإصلاح 12 مليون شيكل.
מנהל הנמל סאמר חדאד אמר כי הנמל ייסגר לשלושה ימים במרץ. לא נקבע מועד חדש לאוניות.
The manager, سامر حداد, told "דבר היום" that 14 cranes would be replaced in the port (ميناء حيفا). Ships wait.

Source: صحيفة الميناء
2023-03-02 07:30:00
"""
_HOSTILE_FACT = "The village of Quarnby has 1,207 inhabitants and one mill."


def write_articles(folder: Path, at: str) -> None:
    """Write the articles that do not ship; those of strangers point to the address ``at``."""
    folder.mkdir()
    (folder / "parade 👨‍👩‍👧‍👦.txt").write_text(PARADE, "utf-8")
    (folder / "port نمل.txt").write_text(RIGHT_TO_LEFT, "utf-8")
    texts = hostile_texts(at)
    records = [
        {"id": f"stranger {number}", "title": text, "source": text, "url": _address(what, text, at),
         "published": f"2019-01-{number:02}", "tags": [text], "text": f"{text}\nWhat strangers do: {what}. {text}"}
        for number, (what, text) in enumerate(texts.items(), 1)
    ]  # fmt: skip
    (folder / "strangers.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    lines = (texts["img"], f"{_HOSTILE_FACT} {texts['onerror']}", *texts.values(), f"Source: {texts['script']}")
    body = "\n".join((*lines, "2019-02-01 08:00:00"))
    (folder / file_name(texts["onerror"])).write_text(body, "utf-8")


def file_name(text: str) -> str:
    """The text as the name of a file: with all that a name may hold."""
    return text.replace("/", "\N{DIVISION SLASH}").replace("\n", " ")[:60] + "\n\u202e'\".txt"


def _address(what: str, text: str, at: str) -> str:
    return re.findall(r"\((.*?)\)", text)[0] if what in ("javascript link", "data link") else f"{at}/{what}?{text}"


def fill(library: Path, *paths: Path) -> None:
    """Make a library of files and folders."""
    with Library.write(library) as opened:
        opened.add(paths)


@contextmanager
def shipped_library() -> Iterator[Path]:
    """A library of the articles that ship, as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        fill(library, *SHIPPED)
        yield library
