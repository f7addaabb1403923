"""What the system remembers: the event log, people, the registry and the derived tables. The only floor that speaks DuckDB."""
