"""The room's page in a real browser on a real room server, without the rest of the house: seconds, not minutes."""
