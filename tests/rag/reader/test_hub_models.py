"""Readers, rerankers and verifiers of Hugging Face: tiny models made here, of the right form and knowing nothing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dateline.index.embedding.embedder import shipped_tokenizer
from dateline.index.errors import ModelError
from dateline.index.library import Library
from dateline.index.types import Metadata, Passage, Span
from dateline.rag.assistant import Assistant, open_reader, open_reranker, open_verifier
from dateline.rag.reader.confidence import WEIGHTS
from dateline.rag.reader.hub_models import HubReader, HubReranker, HubVerifier, calibrated_weights, keep_weights
from dateline.rag.retrieval import LibraryRetriever
from tests.harness.fakes import FakeEmbedder

pytestmark = pytest.mark.slow

TEXT = "The bridge 🌉 of Lenn was closed on Monday. It opens again on 12 March."
PASSAGE = Passage(
    article_id="a" * 16, metadata=Metadata(title="Bridge closed"), origin="x.txt", start=7, end=7 + len(TEXT),
    text=TEXT, sentences=(Span(7, 50), Span(51, 7 + len(TEXT))), score=0.5, text_rank=1, vector_rank=1, cosine=0.5,
)  # fmt: skip


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A question-answering model, a cross-encoder and two of inference: one layer, random weights."""
    import torch
    from transformers import (
        BertConfig,
        BertForQuestionAnswering,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(1)
    names = {f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "unk", "mask")}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=shipped_tokenizer(), **names)
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8}
    made = {
        "reader": (BertForQuestionAnswering, ("start", "end")),
        "reranker": (BertForSequenceClassification, ("near",)),
        "verifier": (BertForSequenceClassification, ("CONTRADICTION", "neutral", "Entailment")),
        "two": (BertForSequenceClassification, ("entailment", "not_entailment")),
    }
    for name, (kind, labels) in made.items():
        config = BertConfig(vocab_size=len(tokenizer), id2label=dict(enumerate(labels)), **shape)
        kind(config).save_pretrained(folder / name)
        tokenizer.save_pretrained(folder / name)
    return folder


def test_a_question_answering_model_marks_every_token_of_the_text_where_it_stands(models: Path) -> None:
    (marks,) = HubReader(str(models / "reader")).mark("When was it closed?", [PASSAGE])
    words = [TEXT[token.start - 7 : token.end - 7] for token in marks.tokens]
    assert "".join(words).replace(" ", "") == TEXT.replace(" ", "")
    assert len(marks.first) == len(marks.last) == len(marks.tokens)
    assert abs(sum(2.718281828**one for one in marks.first.tolist()) - 1) < 1e-4
    answer, _ = marks.best_in(PASSAGE.sentences[1])
    assert PASSAGE.sentences[1].start <= answer.start < answer.end <= PASSAGE.sentences[1].end


def test_a_passage_longer_than_the_model_is_read_as_far_as_it_goes(models: Path) -> None:
    long = replace(PASSAGE, text=TEXT * 60, end=7 + len(TEXT) * 60)
    (marks,) = HubReader(str(models / "reader")).mark("When?", [long])
    assert 300 < len(marks.tokens) < 384


def test_a_reranker_chooses_the_passages_that_are_read(models: Path, tmp_path: Path) -> None:
    for at in range(9):
        (tmp_path / f"{at}.txt").write_text(f"The bridge of Lenn was closed on day {at} of the flood.", "utf-8")
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([tmp_path])
        reranker = HubReranker(str(models / "reranker"))
        every = library.search("bridge of Lenn", 9)
        scores = dict(zip([one.origin for one in every], reranker.scores("bridge of Lenn", every), strict=True))
        found = LibraryRetriever(library=library, k=3, reranker=reranker).invoke("bridge of Lenn")
    assert [one.metadata["origin"] for one in found] == sorted(scores, key=lambda one: -scores[one])[:3]


def test_an_assistant_reads_with_the_models_of_the_settings_and_says_that_they_are_not_calibrated(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "bridge.txt").write_text(TEXT, "utf-8")
    name = str(models / "reader")
    with Library.write(tmp_path / "library", FakeEmbedder()) as library:
        library.add([tmp_path / "bridge.txt"])
        reranker = open_reranker(str(models / "reranker"))
        answer = Assistant(library, open_reader(name, "lenient"), reranker=reranker).ask("When was it closed?")
        assert answer.model == f"quotations by {name}, not calibrated, lenient"
        assert all(TEXT[one.start : one.end] == one.quote for one in (*answer.citations, *answer.nearest))
        keep_weights(name, WEIGHTS)
        assert calibrated_weights(name) == WEIGHTS
        assert open_reader(name, "lenient").id == f"quotations by {name}, lenient"


def test_weights_that_are_damaged_or_of_another_version_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    file = keep_weights("x", WEIGHTS)
    assert calibrated_weights("x") == WEIGHTS
    for content in ("", "{", '{"x": 1}', file.read_text("utf-8").replace(f"{WEIGHTS.order[0]},", "", 1)):
        file.write_text(content, "utf-8")
        assert calibrated_weights("x") is None


@pytest.mark.threat(50)
def test_no_model_is_taken_from_the_current_folder_by_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stranger").mkdir()
    monkeypatch.chdir(tmp_path)
    for load in (HubReader, HubReranker, HubVerifier):
        with pytest.raises(ModelError, match="may be a stranger's"):
            load("stranger")


def test_what_is_no_model_is_refused_in_a_line(tmp_path: Path) -> None:
    for load, what in ((HubReader, "reader"), (HubReranker, "reranker"), (HubVerifier, "verifier")):
        with pytest.raises(ModelError, match=f"can't load the {what} .*; give the folder of"):
            load(str(tmp_path))


def test_a_verifier_says_how_likely_each_claim_is_supported_contradicted_or_neither(models: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = str(models / "verifier")
    verifier = open_verifier(folder)
    assert verifier
    pairs = [(TEXT, "It was closed."), (TEXT * 80, "It opens on 12 March. " * 90)]
    found = verifier.probabilities(*zip(*pairs, strict=True))
    assert found.shape == (2, 3)
    assert np.allclose(found.sum(axis=1), 1)
    given = AutoTokenizer.from_pretrained(folder)(*pairs[0], return_tensors="pt")
    with torch.inference_mode():
        shares = AutoModelForSequenceClassification.from_pretrained(folder)(**given).logits[0].softmax(-1).tolist()
    assert np.allclose(found[0], [shares[2], shares[0], shares[1]], atol=1e-5)
    assert verifier.probabilities([], []).shape == (0, 3)
    assert HubVerifier(str(models / "two")).probabilities([TEXT], ["It was closed."])[0, 1] == 0
    assert open_verifier("") is None


def test_a_model_whose_labels_say_nothing_of_entailment_is_no_verifier(models: Path) -> None:
    with pytest.raises(ModelError, match=r"can't load the verifier .*entailment, contradiction, neutral"):
        HubVerifier(str(models / "reranker"))
