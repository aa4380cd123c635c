"""Writing: from passages to an answer by a chat model, sentence by sentence, with its citations."""
