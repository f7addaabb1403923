"""The Dagster code location: the reaction to facts, and the derived tables. Never opens the warehouse file itself."""
