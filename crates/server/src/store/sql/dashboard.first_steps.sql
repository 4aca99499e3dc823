-- Which steps of the first run has the program taken: a page seen, a partner, an offer, a delivery of a provider?
select
    cast((select count(*) from (select 1 as one from visits where program_id = $1 and mode = $2 limit 1) v) as bigint) as visits,
    cast((select count(*) from (select 1 as one from partners where program_id = $1 and mode = $2 limit 1) p) as bigint) as partners,
    cast((select count(*) from (select 1 as one from offers where program_id = $1 and mode = $2 and archived_at is null limit 1) o) as bigint) as offers,
    cast((select count(*) from (select 1 as one from webhook_deliveries where program_id = $1 and mode = $2 limit 1) d) as bigint) as deliveries
