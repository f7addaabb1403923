"""The roles of people who log in. What each may do is asked where it is done: `guard.require(cookie, *roles)`."""

from enum import StrEnum


class Role(StrEnum):
    """A person has one role; an administrator may do everything."""

    ADMIN = "admin"
    HOST = "host"
    MARKETER = "marketer"
    ANALYST = "analyst"
    PARTNER = "partner"


STAFF_ROLES = frozenset({Role.ADMIN, Role.HOST, Role.MARKETER, Role.ANALYST})
"""Everybody of the house; partners see only their own page."""
