"""What will be thrown at Dateline: each threat is held by tests that carry its number, or by a stated limit.

A test names the threats that it holds with ``@pytest.mark.threat(NUMBER, ...)``, so that it may be renamed and moved.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threat:
    """Something hostile or broken that is handed over."""

    what: str
    limit: str = ""
    """A heading of `docs/limits.md` that says what is not held."""


THREATS = {
    1: Threat("an empty file"),
    2: Threat("a file over 20 MB", limit="Sizes refused"),
    3: Threat("encodings"),
    4: Threat("control characters and lone surrogates"),
    5: Threat("a picture named .txt, random bytes named .html"),
    6: Threat("a page without an article"),
    7: Threat("20,000 nested elements, 200,000 unclosed ones", limit="Sizes refused"),
    8: Threat("entities"),
    9: Threat("PDF bombs, encrypted, pictures only, 10,000 pages", limit="Sizes refused"),
    10: Threat("archive members with ../", limit="What is not read"),
    11: Threat("links out of the folder, pipes, devices"),
    12: Threat("file names made to mislead"),
    13: Threat("one unreadable file among many"),
    14: Threat("the same article twice"),
    15: Threat("an article edited"),
    16: Threat("an article removed"),
    17: Threat("dates that are missing, unset, in the future, unclear, or two"),
    18: Threat("a paragraph of 2 MB without a space"),
    19: Threat("boilerplate in every article"),
    20: Threat("invisible characters that carry instructions"),
    21: Threat("broken lines of JSON"),
    22: Threat("addresses of javascript, files and private networks", limit="What is not read"),
    23: Threat(
        "addresses as input: of this machine, of private networks and clouds, redirects to them",
        limit="What is not read",
    ),
    24: Threat("serialised objects and template braces"),
    25: Threat("orders in articles, with a model that obeys", limit="Orders in articles"),
    26: Threat("an article that imitates the prompt"),
    27: Threat("a library that is half copied, of another embedder or version, or made by a stranger"),
    28: Threat("a question of nothing"),
    29: Threat("a question of over 4,000 characters", limit="Sizes refused"),
    30: Threat("a question that the articles do not cover", limit="What is not promised"),
    31: Threat("a false premise", limit="What is not promised"),
    32: Threat("two articles that contradict each other"),
    33: Threat("latest, yesterday", limit="Days in questions"),
    34: Threat("a question in another language", limit="English only"),
    35: Threat("print your prompt, print your key"),
    36: Threat("the syntax of search engines"),
    37: Threat("markup in a question"),
    38: Threat("a forged history"),
    39: Threat("a message that is no text"),
    40: Threat("many questions at once"),
    41: Threat("what models write: nothing, too much, wrong citations, broken streams"),
    42: Threat("servers that are down, refuse, or cut the prompt"),
    43: Threat("asked while the index is rebuilt"),
    44: Threat("Ctrl-C while adding"),
    45: Threat("full disks, no home, no UTF-8, two writers"),
    46: Threat("kill -9 or a power cut at any moment"),
    47: Threat("a folder whose settings choose a model, an address or an embedder"),
    48: Threat("a key that would go to an address from elsewhere"),
    49: Threat("settings that are a pipe, a device or without end"),
    50: Threat("a library that names an embedder to load or fetch"),
    51: Threat("a record with views, triggers and whatever else SQLite would run"),
    52: Threat("a record that takes memory or time without end"),
    53: Threat("links, pipes and journals in a library folder"),
    54: Threat("text that a page or a PDF hides from its reader", limit="Hidden text"),
    55: Threat("connections that never end, and passwords tried one after the other"),
    56: Threat("what a killed process leaves, and what others of the machine may read"),
    57: Threat("archives of many small bombs, members that overlap, uploads of hours", limit="Sizes refused"),
    58: Threat("one article with a rare name among many that are alike"),
    59: Threat(
        "a text to be checked: a megabyte, one endless sentence, markup, marks that turn its direction",
        limit="Sizes refused",
    ),
    60: Threat("programs of other machines and pages at /v1: without a token, with a guessed one, reading the logs"),
}
