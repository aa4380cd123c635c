"""From a question to an answer with exact citations: retrieve, read or generate, cite, verify.

The public interface: ``Assistant.open(folder).ask(question)``.
"""

from rag.chain import Assistant
from rag.types import Answer, Citation, Claim, Request, Support

__all__ = ["Answer", "Assistant", "Citation", "Claim", "Request", "Support"]
