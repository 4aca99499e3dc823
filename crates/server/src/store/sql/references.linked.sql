-- Which names mean the same payment as this one?
select other from reference_links
where program_id = $1 and mode = $2 and source = $3 and reference = $4
order by other
