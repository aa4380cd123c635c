"""The articles of the training questions as a library of our own, so that wrong passages come as they come at use."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from dateline.index.ingest import embed_chunks
from dateline.index.splitting.chunks import CHUNKER_ID, split_article
from dateline.index.storage import schema
from dateline.index.storage.record import Record
from dateline.index.types import Article, Embedder

_BATCH = 16  # articles of one transaction: an article of SQuAD has about 60 chunks

logger = logging.getLogger(__name__)


def build(folder: Path, articles: Sequence[Article], embedder: Embedder) -> None:
    """Make a library of ``articles`` in ``folder``, or go on where it was left."""
    folder.mkdir(parents=True, exist_ok=True)
    schema.create(folder)
    record, started = Record(folder, writable=True), time.perf_counter()
    try:
        with record.transaction():
            record.set_models(embedder, CHUNKER_ID)
        missing = [article for article in articles if record.article(article.id) is None]
        for start in range(0, len(missing), _BATCH):
            _put(record, missing[start : start + _BATCH], embedder)
            done, seconds = min(start + _BATCH, len(missing)), time.perf_counter() - started
            logger.info("embedded %d of %d articles in %.0f s", done, len(missing), seconds)
    finally:
        record.close()


def _put(record: Record, articles: Sequence[Article], embedder: Embedder) -> None:
    split = [(article, split_article(article, embedder)) for article in articles]
    embedded = list(embed_chunks(embedder, split))
    with record.transaction():
        for article, chunks, vectors in embedded:
            record.put_article(article, chunks, vectors)
            record.put_origin(article.id, article.origins[0])
