-- Every version of these entries goes.
delete from registry_log
where (collection, key) in (select unnest($collections), unnest($keys))
