"""Who works here: accounts, invitations, sessions, roles, and the pages where one logs in.

Kept free of imports so that the CLI may use `app.access.accounts` without loading the web half.
"""
