"""Ask the seed question as a user would and check every citation of the answer against the text of record."""

import hashlib
import json
import subprocess
import sys

QUESTION = "when do coalition troops leave Iraq?"
EXPECTED = "by September 2025 and the rest by the end of 2026"


def dateline(*arguments: str) -> str:
    """What the command prints."""
    return subprocess.run(["dateline", *arguments], check=True, stdout=subprocess.PIPE).stdout.decode()


answer = json.loads(dateline("ask", QUESTION, *sys.argv[1:], "--json"))
if EXPECTED not in answer["answer"] or not answer["citations"]:
    sys.exit(f"not the answer: {answer['answer']!r}")
for citation in answer["citations"]:
    text = dateline("articles", "show", citation["article_id"], "--text")
    if text[citation["start"] : citation["end"]] != citation["quote"]:
        sys.exit(f"does not slice back: {citation}")
    if hashlib.sha256(text.encode()).hexdigest()[:16] != citation["article_id"]:
        sys.exit(f"is not the text of record: {citation['article_id']}")
told = dateline("doctor")
if not told.startswith("searched by Chroma at ") or not told.endswith("\nthe library is in order\n"):
    sys.exit(f"the doctor found something: {told}")
print(f"{len(answer['citations'])} citations slice back: {answer['answer']!r}")
