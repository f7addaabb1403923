"""Time in the visitor's own zone, rendered by the browser (`assets/clock/clock.jsx`): the server never guesses it."""

import reflex as rx

LIBRARY = rx.asset("clock/clock.jsx").importable_path


class LocalTime(rx.Component):
    """A moment in the visitor's zone, with the zone named. `shape`: full, day, clock, short, date or precise."""

    library = LIBRARY
    tag = "LocalTime"

    at: rx.Var[str]
    language: rx.Var[str]
    with_zone: rx.Var[bool]
    shape: rx.Var[str]


class TimeOption(rx.Component):
    """An option of a select: a moment in the visitor's zone, with the zone named, and its label."""

    library = LIBRARY
    tag = "TimeOption"

    value: rx.Var[str]
    label: rx.Var[str]
    at: rx.Var[str]
    language: rx.Var[str]


class DueToday(rx.Component):
    """A mark on a moment that is on the visitor's present day."""

    library = LIBRARY
    tag = "DueToday"

    at: rx.Var[str]
    label: rx.Var[str]


class ZoneNote(rx.Component):
    """A zone, named: `zone` of the time zone database, else the visitor's."""

    library = LIBRARY
    tag = "ZoneNote"

    language: rx.Var[str]
    prefix: rx.Var[str]
    zone: rx.Var[str]


class Countdown(rx.Component):
    """Time left until a moment; `after` is said once it has come."""

    library = LIBRARY
    tag = "Countdown"

    to: rx.Var[str]
    language: rx.Var[str]
    before: rx.Var[str]
    after: rx.Var[str]


class YandexCalendar(rx.Component):
    """The address at which Yandex Calendar offers to keep an event; it reads times in its owner's zone."""

    library = LIBRARY
    tag = "YandexCalendar"

    label: rx.Var[str]
    title: rx.Var[str]
    starts_at: rx.Var[str]
    ends_at: rx.Var[str]
    text: rx.Var[str]


class MomentField(rx.Component):
    """A field for date and time that begins with a moment, in the visitor's zone."""

    library = LIBRARY
    tag = "MomentField"

    at: rx.Var[str]
    name: rx.Var[str]


class ZoneField(rx.Component):
    """A hidden form field with the name of a zone: `zone`, else the visitor's."""

    library = LIBRARY
    tag = "ZoneField"

    name: rx.Var[str]
    zone: rx.Var[str]


local_time = LocalTime.create
time_option = TimeOption.create
due_today = DueToday.create
zone_note = ZoneNote.create
countdown = Countdown.create
yandex_calendar = YandexCalendar.create
moment_field = MomentField.create
zone_field = ZoneField.create
