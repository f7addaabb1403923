"""Keeping a family of processes alive: start order, readiness, restarts, logs, the end. Knows nothing of webinars."""
