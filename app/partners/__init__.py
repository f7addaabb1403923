"""The partners' cabinet: one's own links, numbers and leads. Nothing here ever names another partner's lead."""
