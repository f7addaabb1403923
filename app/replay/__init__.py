"""The replay of a finished session: its page and the link that opens it."""
