-- What became of this, when it arrived?
select id, kind, outcome, cause, source, subject_kind, subject_id, delivery_key, replay_of, created_at
from events
where program_id = $1 and mode = $2 and id = $3
