"""How soon what follows from a fact is in the log: real processes, quiet, flooded, and under a full room."""
