"""The reaction and the analysts' door (Dagster): reads facts, applies the rules, appends what follows, derives tables."""
