"""The page: one module a tab, and Gradio only here."""
