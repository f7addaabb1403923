insert into rejected_events
(rejected_id, stage, code, message, payload, emitter, first_seen_at, last_seen_at, count, state)
values ($id, $stage, $code, $message, $payload, $emitter, $now, $now, 1, 'open')
