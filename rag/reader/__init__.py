"""The reader: a model that marks the sentences of passages that answer a question, and quotes them."""
