"""How many verdicts a second: the pure domain over a session of many leads with many presence intervals each."""
