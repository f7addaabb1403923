"""Every page of the cabinet, for the composition root."""

from app.partners import brought, home, spreading, team
from app.shared.route import Route

PAGES: list[Route] = [*home.PAGES, *spreading.PAGES, *brought.PAGES, *team.PAGES]
