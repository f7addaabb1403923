insert into registry_log by name
select * from incoming
