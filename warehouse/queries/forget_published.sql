-- Parameters: name.
delete from published_tables
where name = $name
