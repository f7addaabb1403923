"""The visitor's and the staff's door: pages, forms, the room, the API. Appends facts and reads projections; no rules."""
