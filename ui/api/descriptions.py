"""What programs are told of an endpoint: in words, and the form of its arguments as a JSON schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.tools import StructuredTool
from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """Of an endpoint, as its docstring and its annotations have it."""

    said: str
    """On one line."""
    arguments: Mapping[str, Any]
    """The schema of an object of them."""


def describe_endpoint(endpoint: Any) -> Description:  # a method: pydantic reads its arguments, its types know of none
    """Read the description of a bound method of ``Endpoints``."""
    read = StructuredTool.from_function(endpoint, parse_docstring=True)
    schema = TypeAdapter(endpoint).json_schema()
    for name, form in schema["properties"].items():
        form["description"] = read.args[name]["description"]
    return Description(said=" ".join(read.description.split()), arguments=schema)
