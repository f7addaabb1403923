-- Tables that were made to be published and never were.
select table_name
from duckdb_tables()
where schema_name = 'marts' and starts_with(table_name, 'staged_')
order by table_name
