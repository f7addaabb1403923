"""Who may do what: every page, every HTTP route, every State handler, in one table. What is not listed is refused.

`guard.Gate` obeys it before any handler runs, and each handler of a staff page asks once more. A test walks through the
running app and fails on anything that stands here wrongly or not at all.
"""

from enum import Enum

from app.access.roles import STAFF_ROLES, Role


class Audience(Enum):
    """Who is meant where no staff role is asked for."""

    ANYONE = "anyone"
    HOLDER = "holder"
    """Whoever holds the link, seat or key that the handler itself checks: a right to one person's or seat's things."""


ANYONE, HOLDER = Audience.ANYONE, Audience.HOLDER
Who = Audience | frozenset[Role]

ADMINS: frozenset[Role] = frozenset({Role.ADMIN})
HOSTS = ADMINS | {Role.HOST}
MARKETERS = ADMINS | {Role.MARKETER}
WORKERS = HOSTS | MARKETERS
"""Who works on leads."""
READERS = STAFF_ROLES
PARTNERS: frozenset[Role] = frozenset({Role.PARTNER})
"""Their own cabinet, and in it nothing but what is theirs: the handlers take the partner from the session."""
MEMBERS = frozenset(Role)
"""Everybody who has an account, partners too."""

PAGES: dict[str, Who] = {
    "/": ANYONE,
    "404": ANYONE,
    "/w/[slug]": ANYONE,
    "/legal/processing": ANYONE,
    "/legal/marketing": ANYONE,
    "/legal/partner_transfer": ANYONE,
    "/thanks/[token]": HOLDER,
    "/telegram/[token]": HOLDER,
    "/room/[session]": HOLDER,
    "/replay/[session]": HOLDER,
    "/me/[token]": HOLDER,
    "/partner": PARTNERS,
    "/partner/links": PARTNERS,
    "/partner/leads": PARTNERS,
    "/partner/team": PARTNERS,
    "/studio": READERS,
    "/studio/webinars": READERS,
    "/studio/webinars/new": HOSTS,
    "/studio/webinars/[webinar_id]": READERS,
    "/studio/webinars/[webinar_id]/edit": HOSTS,
    "/studio/webinars/[webinar_id]/policy": READERS,
    "/studio/webinars/[webinar_id]/schedule": READERS,
    "/studio/air/[session_id]": HOSTS,
    "/studio/leads": READERS,
    "/studio/leads/[lead_id]": READERS,
    "/studio/scenarios": READERS,
    "/studio/scenarios/preview": READERS,
    "/studio/scenarios/texts": READERS,
    "/studio/scenarios/texts/[template]": READERS,
    "/studio/outbox": READERS,
    "/studio/partners": READERS,
    "/studio/rejected": ADMINS,
    "/studio/accounts": ADMINS,
    "/studio/audit": ADMINS,
    "/studio/funnel": READERS,
    "/studio/audience": READERS,
    "/studio/sources": READERS,
}
"""Pages are static files that hold nothing; the data comes through the handlers of the same audience."""

ROUTES: dict[str, Who] = {
    "/j/{token}": HOLDER,
    "/r/{token}": HOLDER,
    "/ics/{token}": HOLDER,
    "/media/{signed}/{name:path}": HOLDER,
    "/api/v1/rooms/{session}/ticket": HOLDER,
    "/api/v1/rooms/{session}/bye": HOLDER,
    "/api/v1/rooms/{session}/socket": HOLDER,
    "/api/v1/rooms/{session}/desk": HOSTS,
    "/w/{slug}": ANYONE,
    "/api/v1/events": HOLDER,
    "/api/v1/openapi.json": ANYONE,
    "/api/docs": ANYONE,
    "/healthz": ANYONE,
    "/readyz": ANYONE,
    "/metrics": HOLDER,
    "/login": ANYONE,
    "/logout": ANYONE,
    "/login/code": ANYONE,
    "/invite/{token}": HOLDER,
    "/partner/enter/{token}": HOLDER,
    "/partner/join/{token}": HOLDER,
    "/account": MEMBERS,
    "/account/sessions": MEMBERS,
    "/account/second-factor": MEMBERS,
    "/account/second-factor/off": MEMBERS,
    "/me/{token}/data": HOLDER,
    "/staff/leads/{lead_id}/data": ADMINS,
    "/staff/leads.csv": MARKETERS,
    "/staff/leads.xlsx": MARKETERS,
    "/_event": ANYONE,
    "/ping": ANYONE,
    "/_health": ANYONE,
}
"""Paths as Starlette spells them. `/_event` is the socket of the pages: each of its events is a handler below."""

HANDLERS: dict[str, Who] = {
    "State.hydrate": ANYONE,
    "State.hydrate_and_load": ANYONE,
    "OnLoadInternalState.on_load_internal": ANYONE,
    "State.set_is_hydrated": ANYONE,
    "OnLoadInternalState.set_is_hydrated": ANYONE,
    "UpdateVarsInternalState.update_vars_internal": ANYONE,
    "FrontendEventExceptionState.handle_frontend_exception": ANYONE,
    "Visitor.speak": ANYONE,
    "Desk.hush": ANYONE,
    "Landing.opened": ANYONE,
    "Landing.submit": ANYONE,
    "Programme.opened": ANYONE,
    "Legal.opened": ANYONE,
    "Thanks.opened": HOLDER,
    "StartScreen.opened": HOLDER,
    "StartScreen.press": HOLDER,
    "Me.opened": HOLDER,
    "Me.withdraw": HOLDER,
    "Me.ask": HOLDER,
    "Me.forget": HOLDER,
    "PartnerHome.opened": PARTNERS,
    "PartnerHome.switch": PARTNERS,
    "PartnerHome.rank": PARTNERS,
    "PartnerLinks.opened": PARTNERS,
    "PartnerLinks.create": PARTNERS,
    "PartnerLinks.link_telegram": PARTNERS,
    "PartnerLeads.opened": PARTNERS,
    "PartnerLeads.narrow": PARTNERS,
    "PartnerLeads.turn": PARTNERS,
    "PartnerLeads.explain": PARTNERS,
    "PartnerTeam.opened": PARTNERS,
    "PartnerTeam.invite": PARTNERS,
    "Home.opened": READERS,
    "Webinars.opened": READERS,
    "WebinarForm.opened": HOSTS,
    "WebinarForm.save": HOSTS,
    "Air.opened": HOSTS,
    "WebinarPage.opened": READERS,
    "WebinarPage.ask": HOSTS,
    "WebinarPage.schedule_session": HOSTS,
    "WebinarPage.move": HOSTS,
    "WebinarPage.cancel": HOSTS,
    "WebinarPage.go_live": HOSTS,
    "WebinarPage.end": HOSTS,
    "RulePage.opened": READERS,
    "RulePage.preview": READERS,
    "RulePage.keep": HOSTS,
    "PolicyPage.opened": READERS,
    "PolicyPage.preview": READERS,
    "PolicyPage.ask": HOSTS,
    "PolicyPage.keep": HOSTS,
    "PolicyPage.apply": HOSTS,
    "Leads.opened": READERS,
    "Leads.narrow": READERS,
    "Leads.turn": READERS,
    "LeadPage.opened": READERS,
    "LeadRights.forget": ADMINS,
    "LeadCrm.opened": READERS,
    "LeadCrm.move": WORKERS,
    "LeadCrm.assign": WORKERS,
    "LeadCrm.tag": WORKERS,
    "LeadCrm.untag": WORKERS,
    "LeadCrm.note": WORKERS,
    "LeadCrm.begin_edit": WORKERS,
    "LeadCrm.edit_note": WORKERS,
    "LeadCrm.remove_note": WORKERS,
    "LeadCrm.reassign": MARKETERS,
    "LeadCrm.merge": WORKERS,
    "LeadCrm.part": WORKERS,
    "Bulk.opened": READERS,
    "Bulk.pick": READERS,
    "Bulk.move": WORKERS,
    "Bulk.save_stages": MARKETERS,
    "Timelines.opened": READERS,
    "Timelines.beat": READERS,
    "Timelines.switch": MARKETERS,
    "Preview.opened": READERS,
    "Preview.choose_kind": READERS,
    "Preview.find": READERS,
    "Preview.show_lead": READERS,
    "Preview.show_imagined": READERS,
    "Texts.opened": READERS,
    "Editor.opened": READERS,
    "Editor.pick": READERS,
    "Editor.try_out": READERS,
    "Editor.save": MARKETERS,
    "Editor.restore": MARKETERS,
    "Editor.end_experiment": MARKETERS,
    "Outbox.opened": READERS,
    "Outbox.beat": READERS,
    "Outbox.narrow": READERS,
    "Outbox.choose": READERS,
    "Outbox.turn": READERS,
    "Outbox.resend": HOSTS,
    "Partners.opened": READERS,
    "Partners.lead_to": READERS,
    "Partners.add": MARKETERS,
    "Partners.make_bot_link": MARKETERS,
    "Partners.make_cabinet_link": MARKETERS,
    "Partners.close_cabinet": MARKETERS,
    "RejectedPage.opened": ADMINS,
    "RejectedPage.choose": ADMINS,
    "RejectedPage.replay": ADMINS,
    "RejectedPage.discard": ADMINS,
    "Accounts.opened": ADMINS,
    "Accounts.invite": ADMINS,
    "Accounts.change_role": ADMINS,
    "Accounts.close": ADMINS,
    "Accounts.reopen": ADMINS,
    "Accounts.drop_second_factor": ADMINS,
    "Audit.opened": ADMINS,
    "Audit.turn": ADMINS,
    "Audience.opened": READERS,
    "Audience.choose": READERS,
    "Audience.show_people": READERS,
    "Audience.turn": READERS,
    "Sources.opened": READERS,
    "Sources.narrow": READERS,
    "Sources.take_costs": MARKETERS,
    "Sources.drop_cost": MARKETERS,
    "Funnel.opened": READERS,
    "Funnel.narrow": READERS,
    "Funnel.look": READERS,
    "Funnel.turn": READERS,
}
"""`State.handler`: Reflex lets any client call any. Its `setvar`, which writes any var, is left out on purpose."""


def who_may(handler: str) -> Who | None:
    """Who may call a handler (`LeadPage.opened`); None: nobody, it is not listed."""
    return HANDLERS.get(handler)
