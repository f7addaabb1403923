"""A real Bot API server for tests: speaks Telegram's protocol over HTTP, records every call, misbehaves on demand."""
