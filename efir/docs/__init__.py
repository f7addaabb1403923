"""Documents written from the code, so that they cannot be wrong: events, metrics, settings. `python -m efir.docs`."""
