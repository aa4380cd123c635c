"""What a claim and its quotes say, one concept a module: quantities, dates, names, polarity, roles, support."""
