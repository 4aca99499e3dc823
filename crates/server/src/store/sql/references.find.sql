-- Which payment does the provider mean by this name?
select transaction_id from transaction_references
where program_id = $1 and mode = $2 and source = $3 and reference = $4
