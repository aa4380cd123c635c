"""What the page shows, as HTML: every text of a stranger is escaped here."""
