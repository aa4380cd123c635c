"""What several articles say together: the same answer once, lists, what is later, what differs, yes or no."""
