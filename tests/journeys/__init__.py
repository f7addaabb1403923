"""The whole house with real parts: processes under the supervisor, a browser, a Bot API server."""
