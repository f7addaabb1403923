"""How long every derived table takes over a log of ten million facts, beside the same numbers in plain SQL."""
