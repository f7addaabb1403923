"""Every page of a house that lives, in a real browser: what `make pages` runs."""
