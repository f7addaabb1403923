"""How many durable facts a second the log takes, and how long one fact waits for its receipt."""
