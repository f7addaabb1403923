delete from rejected_events
where list_bool_or(list_transform($values, lambda wanted: contains(payload, wanted)))
