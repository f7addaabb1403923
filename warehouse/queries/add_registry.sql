insert into registry_log by name
select
    revision,
    collection,
    key,
    body,
    version,
    written_at
from incoming
