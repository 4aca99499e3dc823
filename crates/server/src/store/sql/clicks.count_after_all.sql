-- Makes a click that was screened out a counted one; answers where it was counted before, if it was.
update clicks
set outcome = 'counted', reclassified_at = $1
where incarnation = $2 and ms = $3 and counter = $4 and program_id = $5 and mode = $6 and outcome = $7
returning day, link_id, partner_id, dest
