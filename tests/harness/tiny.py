"""Models that are made on the spot and know nothing: an encoder, and a chat model with a real server of it."""

import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import BertModel

_TEMPLATE = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}assistant: "


def make_encoder(seed: int = 5) -> "BertModel":
    """A BERT of one layer with random weights, for the tokens of every model that ships."""
    import torch
    from transformers import BertConfig, BertModel

    torch.set_num_threads(1)  # so small a model waits longer for a second thread than it computes
    torch.manual_seed(seed)
    config = BertConfig(
        hidden_size=24,
        pad_token_id=None,  # its vector would be 0
        num_hidden_layers=1,
        num_attention_heads=12,
        intermediate_size=48,
        max_position_embeddings=384,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=0.2,
    )
    return BertModel(config, add_pooling_layer=False)


def make_model(folder: Path, text: str) -> None:
    """A Llama of two small layers with random weights, and a vocabulary of the pieces of a text."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    pieces = ByteLevelBPETokenizer()
    pieces.train_from_iterator([text], vocab_size=600, special_tokens=["<end>"], show_progress=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=pieces._tokenizer, eos_token="<end>", pad_token="<end>")
    tokenizer.chat_template = _TEMPLATE
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=8192,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config)
    model.generation_config.repetition_penalty = 1.5  # without it one piece follows itself for ever
    model.save_pretrained(folder)


@contextmanager
def serving(folder: Path, home: Path) -> Iterator[str]:
    """The address of a server of the model, for as long as it is needed."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    script = "from transformers.cli.transformers import main; main()"
    arguments = ("serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu")
    child = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "HOME": str(home)},
    )
    assert child.stderr
    try:
        said = iter(child.stderr.readline, "")
        before = []
        for line in said:
            before.append(line)
            if "running on" in line:
                break
        else:
            raise AssertionError("".join(before[-20:]))
        threading.Thread(target=deque, args=(said, 0), daemon=True).start()  # a full pipe would hold it up
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        child.terminate()
        child.wait()
        child.stderr.close()
