"""What commands, page and endpoints share: an open library with its assistants, uploads, evaluations, feedback."""
