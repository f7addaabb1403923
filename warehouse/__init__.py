"""What the system remembers: the log, people, the registry, derived tables. The only floor that speaks DuckDB."""
