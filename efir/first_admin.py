"""`python -m efir.first_admin`: a one-time link for the first admin; nothing once there is one."""

import datetime as dtm

from app.access import accounts
from app.access.roles import Role
from efir.settings import load
from warehouse.client import connect


def main() -> None:
    """Print the link."""
    settings = load()
    with connect("admin", settings) as warehouse:
        if any(account.role == Role.ADMIN for account in accounts.listed(warehouse)):
            return
        now = dtm.datetime.now(dtm.UTC)
        print(accounts.create_invite(warehouse, settings.admin_email, Role.ADMIN, now, settings.address))


if __name__ == "__main__":
    main()
