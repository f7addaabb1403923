update rejected_events set state = $state
where rejected_id = $id
