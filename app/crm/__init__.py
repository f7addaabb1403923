"""Work on leads: stages, tags, owners, notes, merging, lists as files. Pages are in `app.studio`."""
