"""Finds the model servers that run on this machine, or where ``OPENAI_BASE_URL`` says, and what they offer and hold."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from dateline.rag.errors import AccessRefused, ChatModelError, ServerFailed, ServerUnreachable
from dateline.rag.writing.addresses import split_address, without_secrets

USUAL_PORTS: Mapping[str, int] = {"Ollama": 11434, "LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
"""Where servers listen unless they are told otherwise."""

_SECONDS = 3.0
_AT_ONCE = 0.3  # seconds: what is not asked for may not keep anyone waiting
_HELD = ("max_model_len", "loaded_context_length", "context_length", "context_window", "n_ctx")
"""What servers call the tokens that a model holds: vLLM, LM Studio, others, llama.cpp."""
_LEAST_CONTEXT = 512  # tokens: less holds no prompt, and is no such number
_LARGEST = 4_000_000  # bytes of a list of models


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedModels:
    """What one server offers."""

    name: str
    address: str
    """What ``OPENAI_BASE_URL`` is to be for it."""
    models: tuple[str, ...]


def find_models(environment: Mapping[str, str], ports: Mapping[str, int] = USUAL_PORTS) -> tuple[OfferedModels, ...]:
    """The models of the server that ``OPENAI_BASE_URL`` names; without it, of every server at a usual port.

    Raises:
        ServerUnreachable: there is no such server.
        AccessRefused: it wants another key.
        ServerFailed: what answers there is no list of models.
    """
    address = environment.get("OPENAI_BASE_URL")
    if address:
        models = _list(address, environment.get("OPENAI_API_KEY"))
        return (OfferedModels(name="OPENAI_BASE_URL", address=without_secrets(address), models=models),)
    found = []
    for name, port in ports.items():
        local = f"http://127.0.0.1:{port}/v1"
        try:
            found.append(OfferedModels(name=name, address=local, models=_list(local, None)))
        except ChatModelError:  # nobody is there, or somebody else
            continue
    if not found:
        places = ", ".join(f"{port} ({name})" for name, port in ports.items())
        raise ServerUnreachable(
            f"no model server runs on this machine: none answers at the ports {places}; start one, or set "
            "OPENAI_BASE_URL to where it runs"
        )
    return tuple(found)


def offer(ports: Mapping[str, int] = USUAL_PORTS) -> str | None:
    """In one line, how to have a model of this machine write answers; None where no server answers at once."""
    for name, port in ports.items():
        address = f"http://127.0.0.1:{port}/v1"
        try:
            models = _list(address, None, _AT_ONCE)
        except ChatModelError:
            continue
        if models:
            return (
                f"{name} runs on this machine and could write answers: set OPENAI_BASE_URL={address} and "
                f"DATELINE_MODEL=openai:{models[0]}"
            )
    return None


def read_context(address: str, key: str | None, model: str) -> int | None:
    """How many tokens a model holds, as its server says; None where it doesn't."""
    address = address.rstrip("/")
    data = _read(f"{address}/models", key).get("data")
    offered = data if isinstance(data, list) else []
    for one in offered:
        if isinstance(one, dict) and (one.get("id") == model or len(offered) == 1):
            meta = one.get("meta")
            found = _held(one) or (_held(meta) if isinstance(meta, dict) else None)
            if found:
                return found
    props = _read(f"{address.removesuffix('/v1')}/props", key)  # of llama.cpp
    settings = props.get("default_generation_settings")
    return _held(settings) if isinstance(settings, dict) else None


def _held(fields: Mapping[str, object]) -> int | None:
    values = (fields.get(name) for name in _HELD)
    return next((value for value in values if isinstance(value, int) and value >= _LEAST_CONTEXT), None)


def _read(address: str, key: str | None) -> dict[str, object]:
    """An object that a server gives; an empty one where it gives none."""
    try:
        content = json.loads(_get(address, key)[1])
    except (ChatModelError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _list(address: str, key: str | None, seconds: float = _SECONDS) -> tuple[str, ...]:
    status, content = _get(f"{address.rstrip('/')}/models", key, seconds)
    shown = without_secrets(address)
    if status in (401, 403):
        raise AccessRefused(f"the server at {shown} refused access ({status}); set OPENAI_API_KEY")
    try:
        offered = json.loads(content)["data"]
        return tuple(sorted(str(one["id"]) for one in offered))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ServerFailed(
            f"what answers at {shown} ({status}) gives no list of models; the address of a server mostly ends in '/v1'"
        ) from error


def _get(address: str, key: str | None, seconds: float = _SECONDS) -> tuple[int, bytes]:
    """Status and content of what an address gives; no other is gone to, whatever the server says."""
    parts, shown = split_address(address), without_secrets(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        with closing(kind(parts.hostname or "", parts.port, timeout=seconds)) as connection:
            headers = {"Authorization": f"Bearer {key}"} if key else {}
            connection.request("GET", parts.path, headers=headers)
            response = connection.getresponse()
            return response.status, response.read(_LARGEST)
    except (OSError, HTTPException, ValueError) as error:
        raise ServerUnreachable(
            f"no server answers at {shown.removesuffix('/models')}; start it, or set OPENAI_BASE_URL to where it runs"
        ) from error
