-- Which customers have a name by which nobody can look for them yet? (Of all programs: the fold serves every tenant.)
select id, name, customer_key from customers
where name is not null and name_forward is null
order by id
limit $1
