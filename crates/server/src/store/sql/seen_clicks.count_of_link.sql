-- How many clicks on a link were made in this time? As far as they are counted.
select count(*) from (
    select 1 as click
    from clicks
    where program_id = $1
      and mode = $2
      and link_id = $5
      and ms >= $3
      and ms <= $4
    limit $6
) as clicks
