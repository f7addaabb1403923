"""The studio: what hosts, marketers and administrators see and do. Every handler checks who is asking; facts only."""
