"""The visitor's and the staff's door: pages, forms, room, API. Appends facts, reads projections; no rules."""
