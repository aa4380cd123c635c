"""What the page shows, as HTML: every word of a stranger is escaped here, and no markup is let through."""
