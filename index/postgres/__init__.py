"""A library in PostgreSQL: the record and the vector index by pgvector, in a schema of a database."""
