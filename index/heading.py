"""The heading of an article, its title and date: embedded once, and mixed into the vectors of its chunks.

Written before every chunk, headings would be a fifth of all tokens embedded; mixed in, they cost one text an article.
"""

import numpy as np
from numpy.typing import NDArray

from index.types import Metadata, Vectors

WEIGHT = 0.3
"""Of the heading in the vector of a chunk, 0 to 1; CONTRIBUTING.md has the figures of others."""

_TITLE_CHARACTERS = 200  # a title longer than this is no title


def heading_text(metadata: Metadata) -> str:
    """The title and the day of publication, a line each; empty where both are unknown."""
    title = (metadata.title or "")[:_TITLE_CHARACTERS]
    return "\n".join(part for part in (title, metadata.published and metadata.published[:10]) if part)


def mix_in(chunks: Vectors, heading: NDArray[np.float32], weight: float = WEIGHT) -> Vectors:
    """The vectors of chunks moved towards that of their heading.

    Args:
        chunks: float32 [n, dimensions], unit length.
        heading: float32 [dimensions] or, one for each chunk, [n, dimensions], unit length.
        weight: of the heading, 0 to 1.

    Returns:
        float32 [n, dimensions], unit length.
    """
    mixed: Vectors = (1 - weight) * chunks + weight * heading
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    return mixed
