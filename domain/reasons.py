"""Reason codes in words: why a verdict says what it says, why a message was skipped. Codes are stable."""

import re
from typing import Literal

Language = Literal["ru", "en"]

_SENTENCES: dict[str, tuple[str, str]] = {
    # verdicts
    r"watched_(\d+s)_of_(\d+s)": ("Просмотрено {0} из {1}.", "Watched {0} of {1}."),
    r"reached_min_minutes_(\d+s)": ("Порог посещения — {0} — достигнут.", "Reached the attendance minimum of {0}."),
    r"reached_min_share_(\d+s)": (
        "Доля просмотра достаточна: порог для этого эфира — {0}.",
        "Reached the required share: {0} for this session.",
    ),
    r"reached_completion_(\d+s)": ("Просмотр до конца: нужно было {0}.", "Seen to the end: {0} were needed."),
    r"completion_reported": ("Трекер сообщил о просмотре до конца.", "The tracker reported it was seen to the end."),
    r"below_minimum_(\d+s)": ("Меньше порога посещения: нужно {0}.", "Below the attendance minimum of {0}."),
    r"never_entered": ("В комнату не входили.", "Never entered the room."),
    r"lobby_only": ("Только лобби: эфир не просмотрен.", "Waited in the lobby but did not watch."),
    r"joined_at_(\d+s)": ("Вход на отметке {0}.", "Joined at {0}."),
    r"left_at_(\d+s)": ("Последний раз в эфире на отметке {0}.", "Last seen at {0}."),
    r"offer_at_(\d+s)": ("Предложение показывают на отметке {0}.", "The offer is shown at {0}."),
    r"offer_shown": ("Предложение было на экране.", "Saw the offer."),
    r"offer_clicked": ("Был переход по предложению.", "Clicked the offer."),
    r"form_submitted": ("Форма предложения отправлена.", "Submitted the offer's form."),
    r"watched_replay": ("Запись просмотрена после эфира.", "Watched the recording afterwards."),
    r"session_on_air": ("Эфир ещё идёт: вывод предварительный.", "Still on air: the verdict is provisional."),
    r"session_over": ("Эфир и время на опоздавшие данные прошли.", "The session and the grace period are over."),
    # skipped messages
    r"expired": ("Момент прошёл: опоздавшее сообщение не отправляем.", "Its moment has passed; nothing is sent late."),
    r"missed": ("Срок наступил раньше, чем человека можно было предупредить.", "It was due before it could be sent."),
    r"condition": ("Условие шага не выполнено.", "The step's condition does not hold."),
    r"exited": ("Человек вышел из сценария.", "The person has left the scenario."),
    r"no_consent": ("Нет согласия на такие сообщения.", "There is no consent to such messages."),
    r"channel_gone": ("Telegram не привязан или бот заблокирован.", "Telegram is not linked, or the bot is blocked."),
    r"cancelled": ("Эфир отменён.", "The session was cancelled."),
    r"capped": ("Достигнут дневной лимит рекламных сообщений.", "The daily limit of marketing messages is reached."),
    r"superseded": ("Заменено более подходящим сообщением.", "A better message took its place."),
    r"no_partner": ("У лида нет партнёра.", "The lead has no partner."),
    r"muted": ("Партнёр отключил такие сигналы.", "The partner has switched such alerts off."),
    # what a skip saw
    r"alerts_off": ("Такие сигналы отключены.", "Such alerts are off."),
    r"entered": ("Человек уже заходил в комнату.", "The person has been in the room."),
    r"in_room": ("Человек сейчас в комнате.", "The person is in the room now."),
    r"begun": ("Эфир уже начался.", "The session has begun already."),
    r"no_replay": ("У вебинара нет записи.", "The webinar has no recording."),
    r"no_next_session": ("Другого времени у вебинара пока нет.", "The webinar has no other time yet."),
    r"banned": ("Ведущий выгнал человека из этого эфира.", "The host sent the person out of this session."),
    r"registered_again": ("Человек уже записан на другое время.", "The person has a place at another time."),
    r"replay_watched": ("Запись уже смотрели.", "The recording has been watched."),
    r"has_attended": ("Посещение уже было засчитано.", "The person was held to have attended before."),
    r"status_attended": ("Вебинар посещён.", "The webinar was attended."),
    r"status_not_attended": ("Вебинар не посещён.", "The webinar was not attended."),
    r"status_unknown": ("Вывода о посещении ещё нет.", "There is no verdict yet."),
    r"due_before_start": ("Срок был раньше записи.", "It was due before the registration."),
    r"telegram_linked_later": ("Telegram привязан уже после срока.", "Telegram was linked after it was due."),
    r"telegram_not_linked": ("Telegram так и не привязали.", "Telegram was never linked."),
    r"telegram_blocked": ("Бот заблокирован.", "The bot is blocked."),
    r"processing_not_given": ("Нет согласия на обработку данных.", "No consent to processing was given."),
    r"marketing_not_given": ("Нет согласия на рекламу.", "No consent to marketing was given."),
    r"processing_withdrawn": ("Согласие на обработку отозвано.", "Consent to processing was withdrawn."),
    r"marketing_withdrawn": ("Согласие на рекламу отозвано.", "Consent to marketing was withdrawn."),
    r"erased": ("Данные человека удалены.", "The person was forgotten."),
    r"merged_into_.+": ("Лид объединён с другим.", "The lead was merged into another."),
    r"said_anew": (
        "Эфир перенесли ещё раз, об этом есть новое сообщение.",
        "The session moved again; a newer message says so.",
    ),
    r"told_as_.+": (
        "То же самое этот человек получает как другой лид.",
        "The same person is told the same as another lead.",
    ),
    r"reassigned": ("Лида передали другому партнёру.", "The lead was given to another partner."),
    r"rule_unknown": ("Правило знает только более новая версия Эфира.", "Only a newer release of Efir knows the rule."),
    r"session_unknown": ("Эфир ещё не объявили.", "The session has not been announced yet."),
    r"(\d+)_a_day": ("За день отправляем не больше {0}.", "No more than {0} of these on one day."),
    r"staff_unlinked": ("Сотрудник отвязал этот Telegram.", "The member of staff has unlinked this Telegram."),
    r"failure_over": ("Сбой уже прошёл.", "The failure is over."),
    # waiting
    r"paused": ("Сценарий на паузе: срок идёт, отправка ждёт.", "The scenario is paused: due, but held."),
    r"waiting_for_telegram": ("Ждём, когда человек привяжет Telegram.", "Waiting for the person to link Telegram."),
    r"quiet_hours": ("Тихие часы: отправим утром.", "Quiet hours: held until the morning."),
    r"not_due": ("Ещё не время.", "Not due yet."),
    r"no_occasion": ("Повода пока не было.", "There has been no occasion yet."),
}
_COMPILED = [(re.compile(pattern), words) for pattern, words in _SENTENCES.items()]


def explain(code: str, language: Language = "ru") -> str:
    """The sentence for a reason code, seconds as m:ss. An unknown code is shown as it is: better than nothing."""
    for pattern, words in _COMPILED:
        if found := pattern.fullmatch(code):
            return words[language == "en"].format(*(_in_words(number) for number in found.groups()))
    return code


def _in_words(number: str) -> str:
    return as_clock(int(number[:-1])) if number.endswith("s") else number


def as_clock(seconds: float) -> str:
    """Seconds as 0:42, 12:05 or 1:02:03: those that passed, as on a clock, so that 29:59.9 is no half hour yet."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
