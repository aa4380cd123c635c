"""XML from strangers, and zip packages of it (office documents, e-books), opened within limits."""

import io
import zipfile
import zlib
from typing import Any

from dateline.index.errors import ReadError

_MAX_MEMBERS = 10_000
_MAX_MEMBER, _MAX_TOTAL = 40_000_000, 100_000_000  # bytes, unpacked
_MAX_RATIO, _RATIO_FROM = 200, 1_000_000  # text packs to a tenth, at best a fiftieth; small members may pack better
_ENCRYPTED = 0x1


class Package:
    """A zip file in memory whose members are unpacked one by one, no more of them than the limits allow."""

    def __init__(self, raw: bytes, kind: str) -> None:
        self._kind, self._unpacked = kind, 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, LookupError, OSError, NotImplementedError) as error:
            raise ReadError(f"the {kind} is broken") from error
        self.names = self._archive.namelist()
        if len(self.names) > _MAX_MEMBERS:
            raise ReadError(f"the {kind} has {len(self.names):,} parts; {_MAX_MEMBERS:,} are the limit")

    def read(self, name: str) -> bytes | None:
        """A member; None where there is none of that name.

        Raises:
            ReadError: it is encrypted, broken, or unpacks to more than is safe.
        """
        if name not in self.names:
            return None
        info = self._archive.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise ReadError(f"the {self._kind} is encrypted; save it without a password")
        limit = min(_MAX_MEMBER, _MAX_TOTAL - self._unpacked)
        if info.compress_size * _MAX_RATIO >= _RATIO_FROM:
            limit = min(limit, info.compress_size * _MAX_RATIO)
        else:
            limit = min(limit, _RATIO_FROM)
        try:
            with self._archive.open(info) as stream:
                content = stream.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            ValueError,
            NotImplementedError,
        ) as error:
            raise ReadError(f"the {self._kind} is broken") from error
        if len(content) > limit:
            raise ReadError(f"the {self._kind} unpacks to more than is safe to read")
        self._unpacked += len(content)
        return content

    def tree(self, name: str) -> Any:
        """The root element of a member of XML; None where there is none of that name."""
        content = self.read(name)
        return None if content is None else parse_xml(content, self._kind)


def parse_xml(raw: bytes, kind: str) -> Any:
    """The root element of a text of XML: no entity is resolved, nothing is fetched.

    Raises:
        ReadError: it is broken, or nested too deep.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True,
        collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"the {kind} is broken") from error
    if root is None:
        raise ReadError(f"the {kind} is broken")
    return root


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for what is none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """All text in an element, its white space single spaces; empty where there is no element."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def first(element: Any, *names: str) -> Any:
    """The first element below that has one of these names, in any namespace, the names in their order; or None."""
    found: dict[str, Any] = {}
    for one in element.iter() if element is not None else ():
        found.setdefault(local(one), one)
    return next((found[name] for name in names if name in found), None)
