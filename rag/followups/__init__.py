"""Follow-up questions: what they leave out is put in from the turns before them."""
