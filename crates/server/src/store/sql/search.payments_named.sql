-- Which payments go by this name, the caller's or a provider's?
select id from (
  select id from transactions where program_id = $1 and mode = $2 and key = $3
  union
  select r.transaction_id as id from transaction_references r
  where r.program_id = $1 and r.mode = $2 and r.source in ('stripe', 'api') and r.reference = $3
) as found
order by id desc
limit $4
