-- By what these people could be recognised, in whatever version.
select distinct
    kind,
    value
from people
where
    list_contains($subjects, subject_id)
    and kind in ('name', 'phone', 'email', 'telegram_chat_id', 'telegram_name')
