import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.heading import heading_text, mix_in
from index.types import Metadata
from tests.fakes import FakeEmbedder

EMBEDDER = FakeEmbedder()
words = st.lists(st.sampled_from("ferry harbour storm mayor vote bridge".split()), min_size=1).map(" ".join)


def test_a_heading_is_the_title_and_the_day_and_missing_parts_leave_no_trace() -> None:
    assert heading_text(Metadata(title="Ferry closes", published="2022-09-08T10:00:00")) == "Ferry closes\n2022-09-08"
    assert heading_text(Metadata(title="Ferry closes")) == "Ferry closes"
    assert heading_text(Metadata()) == ""


@given(st.lists(words, min_size=1, max_size=5), words, st.floats(0, 1))
def test_a_mixed_vector_has_unit_length_and_lies_between_chunk_and_heading(
    chunks: list[str], heading: str, weight: float
) -> None:
    vectors, title = EMBEDDER.embed_passages(chunks), EMBEDDER.embed_question(heading)
    mixed = mix_in(vectors, title, weight)
    assert np.allclose(np.linalg.norm(mixed, axis=1), 1, atol=1e-5)
    apart = np.sum(vectors * title, axis=1)
    assert np.all(mixed @ title >= apart - 1e-5)
    assert np.all(np.sum(mixed * vectors, axis=1) >= apart - 1e-5)


def test_without_weight_a_chunk_is_left_as_it_is() -> None:
    vectors = EMBEDDER.embed_passages(["a storm", "a vote"])
    assert np.allclose(mix_in(vectors, EMBEDDER.embed_question("ferry"), 0), vectors, atol=1e-6)
