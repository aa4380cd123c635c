"""A text with what the rules read in it: each part once, when the first rule asks for it."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from dateline.rag.parsing.dates import Mention, read_dates
from dateline.rag.parsing.names import Name, Role, name_words, read_names, read_roles
from dateline.rag.parsing.negation import Negations, read_negations
from dateline.rag.parsing.numbers import Number, read_numbers
from dateline.rag.parsing.tokens import Word, content_stems, is_foreign, read_words


@dataclass(frozen=True)  # without slots: what was read is kept in the value
class ParsedText:
    """A claim, a quote or a part of one."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """In order."""
        return read_words(self.text)

    @cached_property
    def plain(self) -> str:
        """The words in lower case, a space between them."""
        return " ".join(word.lower for word in self.words)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of the words that say something."""
        return frozenset(content_stems(self.words))

    @cached_property
    def is_foreign(self) -> bool:
        """Whether it is in another language than English."""
        return is_foreign(self.text, self.words)

    @cached_property
    def dates(self) -> tuple[Mention, ...]:
        """Dates and times of day, in order."""
        return read_dates(self.text)

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Numbers that are no part of a date, in order."""
        return read_numbers(self.text, [mention.span for mention in self.dates])

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Proper names, in order."""
        return read_names(self.text, self.words)

    @cached_property
    def name_words(self) -> frozenset[str]:
        """What the names of another text may be found in."""
        return name_words(self.words, self.names)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        """Which name does what to which."""
        return read_roles(self.words, self.names)

    @cached_property
    def negations(self) -> Negations:
        """What is denied, weakened or planned only."""
        return read_negations(self.words)


@lru_cache(maxsize=512)
def parse(text: str) -> ParsedText:
    """The text, parsed; the same value for one that was parsed lately, as a quote is that several sentences cite."""
    return ParsedText(text)
