-- How many leads converted after which path of touches. `conversions` is tables/conversions.sql.
-- Parameters: since, until (of the conversion; until not included).
select
    conversion,
    touch_path,
    count(*) as leads
from conversions
where converted_at >= cast($since as timestamptz) and converted_at < cast($until as timestamptz)
group by conversion, touch_path
