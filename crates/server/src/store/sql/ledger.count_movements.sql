-- How many movements has this commission had?
select count(*) as movements from transfers where program_id = $1 and mode = $2 and commission_id = $3
