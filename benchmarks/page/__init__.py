"""What a page weighs and how soon it shows something on a slow phone, and what opening it costs the server."""
