"""From a question to an answer with exact citations: retrieve, read or generate, cite, verify.

The public interface: ``from dateline import Assistant; Assistant.open(folder).ask(question)``.
"""

if __name__ != "dateline.rag":  # a second copy of every module, beside that of the package
    raise ImportError("the folder 'rag' is imported as 'dateline.rag'")
