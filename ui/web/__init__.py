"""The page in a browser: its server, what it shows, and what protects it."""
