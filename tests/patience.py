"""How long a test waits for what must come. A passing test never spends it; a starved machine may need most of it."""

PATIENCE_SECONDS = 90.0
PATIENCE_MS = 1000 * PATIENCE_SECONDS
"""The same for a browser."""
