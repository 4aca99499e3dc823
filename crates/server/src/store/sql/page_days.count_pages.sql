-- How many pages are counted apart on this day? (Of each slot; more than enough is enough.)
select count(*) from (
    select 1 as page from page_days where program_id = $1 and mode = $2 and day = $3 limit 2001
) as pages
