"""Language: whether a text is in one that the rules can read, which is English."""

from dateline.rag.verification.tokens import read_words

_ENGLISH = frozenset(
    """the of and to is was that for with as by at from it he she has have had be are were said will its this not but
    his her they their after who an a been which or more than up about into over on in we you i there when what
    would""".split()
)
_OTHERS = frozenset(
    """der das und ist nicht ein eine einen dem des mit von für auf wurde sind sich auch dass sei alle deine den
    le les du et est une dans pour que qui sur pas au avec été ont ce il
    el los las y en por una con del se fue más todas di
    gli che è stato sono della nel lo e um uma não os o foi do da em
    het een van dat niet zijn met voor en zeg de
    nie jest się że został w na z i och att som är inte""".split()
)
_FEWEST = 2  # words of another language; one may be a name or a loan


def is_foreign(text: str) -> bool:
    """Whether most of a text is in another script, or it has more small words of other languages than of English."""
    letters = [character for character in text if character.isalpha()]
    if sum(character > "\u024f" for character in letters) * 2 > len(letters):
        return True
    words = [word.text for word in read_words(text)]
    others = sum(word in _OTHERS for word in words)  # as written: Los Angeles is no article
    return others >= _FEWEST and others > sum(word.lower() in _ENGLISH for word in words)
