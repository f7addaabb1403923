"""Moments in a person's words: day, time and zone named. Pure; Python's locale is never asked."""

import datetime as dtm
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Language = Literal["ru", "en"]

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "ru": ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_UNTIL_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "ru": ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья"),
    "en": _WEEKDAYS["en"],
}
_MONTHS: dict[Language, tuple[str, ...]] = {
    "ru": ("января", "февраля", "марта", "апреля", "мая", "июня",
           "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    "en": ("January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"),
}  # fmt: skip
_CITIES_RU = {
    "Europe/Moscow": "Москва", "Europe/Kaliningrad": "Калининград", "Europe/Samara": "Самара",
    "Europe/Saratov": "Саратов", "Europe/Volgograd": "Волгоград", "Europe/Minsk": "Минск", "Europe/Kyiv": "Киев",
    "Europe/Istanbul": "Стамбул", "Europe/Berlin": "Берлин", "Europe/London": "Лондон",
    "Asia/Yekaterinburg": "Екатеринбург", "Asia/Omsk": "Омск", "Asia/Novosibirsk": "Новосибирск",
    "Asia/Krasnoyarsk": "Красноярск", "Asia/Irkutsk": "Иркутск", "Asia/Yakutsk": "Якутск",
    "Asia/Vladivostok": "Владивосток", "Asia/Magadan": "Магадан", "Asia/Kamchatka": "Камчатка",
    "Asia/Almaty": "Алматы", "Asia/Tashkent": "Ташкент", "Asia/Tbilisi": "Тбилиси", "Asia/Yerevan": "Ереван",
    "Asia/Baku": "Баку", "Asia/Bishkek": "Бишкек", "Asia/Dubai": "Дубай",
}  # fmt: skip


def zone_of(*names: str | None) -> ZoneInfo:
    """The first of the names that is a time zone; UTC if none is."""
    for name in names:
        try:
            return ZoneInfo(name or "")
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def moment_in_words(moment: dtm.datetime, zone: ZoneInfo, language: Language) -> str:
    """«среда, 26 ноября, 19:00 (Москва, UTC+3)»: what the clock on the person's wall will show."""
    return _in_words(moment, zone, language, _WEEKDAYS)


def until_in_words(moment: dtm.datetime, zone: ZoneInfo, language: Language) -> str:
    """«среды, 26 ноября, 19:00 (Москва, UTC+3)»: what follows «до»."""
    return _in_words(moment, zone, language, _UNTIL_WEEKDAYS)


def _in_words(
    moment: dtm.datetime, zone: ZoneInfo, language: Language, weekdays: dict[Language, tuple[str, ...]]
) -> str:
    local = moment.astimezone(zone)
    day = f"{weekdays[language][local.weekday()]}, {local.day} {_MONTHS[language][local.month - 1]}"
    return f"{day}, {local:%H:%M} ({zone_in_words(local, zone, language)})"


def short_moment(moment: dtm.datetime, zone: ZoneInfo, language: Language) -> str:
    """«26 ноя, 19:00 UTC+3»: for a button, beside others that may be in other zones."""
    local = moment.astimezone(zone)
    return f"{local.day} {_MONTHS[language][local.month - 1][:3]}, {local:%H:%M} {_offset(local)}"


def zone_in_words(local: dtm.datetime, zone: ZoneInfo, language: Language) -> str:
    """City and offset at that moment; zones without a city are named by their offset alone."""
    offset = _offset(local)
    if "/" not in zone.key or zone.key.startswith("Etc/"):
        return offset
    english = zone.key.rpartition("/")[2].replace("_", " ")
    city = _CITIES_RU.get(zone.key, english) if language == "ru" else english
    return f"{city}, {offset}"


def _offset(local: dtm.datetime) -> str:
    minutes = int((local.utcoffset() or dtm.timedelta()).total_seconds() // 60)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}{f':{rest:02}' if rest else ''}"


_DAY_MINUTES = 24 * 60
_UNITS: dict[Language, dict[str, tuple[str, str, str]]] = {
    "ru": {"minute": ("минуту", "минуты", "минут"), "hour": ("час", "часа", "часов"), "day": ("сутки", "дня", "дней")},
    "en": {
        "minute": ("minute", "minutes", "minutes"),
        "hour": ("hour", "hours", "hours"),
        "day": ("day", "days", "days"),
    },
}


def distance_in_words(distance: dtm.timedelta, language: Language) -> str:
    """«10 минут», «час», «5 часов», «сутки»: how long until something, rounded as people say it (accusative)."""
    minutes = max(1, round(distance.total_seconds() / 60))
    if minutes < 55:  # noqa: PLR2004 - from here on people say «an hour»
        return _counted(minutes, "minute", language)
    if minutes < _DAY_MINUTES - 30:
        return _counted(round(minutes / 60), "hour", language)
    return _counted(round(minutes / _DAY_MINUTES), "day", language)


def _counted(count: int, unit: str, language: Language) -> str:
    one, few, many = _UNITS[language][unit]
    if language == "en":
        return f"{'a' if unit != 'hour' else 'an'} {one}" if count == 1 else f"{count} {many}"
    if count == 1:
        return one
    last, is_teen = count % 10, count % 100 in range(11, 15)
    singular = "день" if unit == "day" else one
    form = singular if last == 1 else few if last in {2, 3, 4} else many
    return f"{count} {many if is_teen else form}"
