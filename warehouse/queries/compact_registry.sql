-- Superseded versions and removals go; the current version of each entry stays.
delete from registry_log
where revision not in (
    select max(revision) from registry_log
    group by collection, key
    having arg_max(body is not null, revision)
)
