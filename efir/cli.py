"""`efir`: the command line. Only puts the topics together; each lives in a file of `efir/commands/`."""

from efir.commands import (
    access,
    copies,
    exporting,
    importing,
    partners,
    people,
    query,
    reclassify,
    rejected,
    run,
    schedule,
    webhooks,
)
from efir.commands.shell import group

app = group("Efir: a self-hosted webinar funnel. Start with `efir up` (or `efir demo`), look with `efir status`.")
for topic in (run.app, query.app, rejected.app, reclassify.app, copies.app, exporting.app, people.app, importing.app):
    app.registered_commands += topic.registered_commands
app.add_typer(access.users, name="user")
app.add_typer(access.emitters, name="emitter")
app.add_typer(schedule.webinars, name="webinar")
app.add_typer(schedule.sessions, name="session")
app.add_typer(partners.partners, name="partner")
app.add_typer(webhooks.webhooks, name="webhook")


def main() -> None:
    """Entry point of the `efir` program."""
    app(prog_name="efir")


if __name__ == "__main__":
    main()
