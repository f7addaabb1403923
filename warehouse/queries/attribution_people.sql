-- The leads behind a credit: who converted in the period after one of these paths of touches, newest first.
-- `conversions` is tables/conversions.sql. Parameters: conversion, paths (as stored), since, until (of the conversion;
-- until not included), limit, offset.
with behind as (
    select
        lead_id,
        converted_at,
        touch_path
    from conversions
    where
        conversion = $conversion
        and converted_at >= cast($since as timestamptz)
        and converted_at < cast($until as timestamptz)
        and list_contains($paths, touch_path)
)

select
    behind.lead_id,
    behind.converted_at,
    behind.touch_path,
    coalesce(named.value, '') as lead_name,
    (select count(everybody.lead_id) from behind as everybody) as total
from behind
left join people_current as named on behind.lead_id = named.subject_id and named.kind = 'name'
order by behind.converted_at desc, behind.lead_id asc
limit $limit offset $offset
