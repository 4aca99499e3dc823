-- Which movements of money were there?
select commission_id, partner_id, debit, credit, amount, currency from transfers where program_id = $1 and mode = $2 order by id
