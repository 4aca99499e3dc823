-- How much has the program gathered in test mode?
select
  (select count(*) from customers where program_id = $1 and mode = 'test') as customers,
  (select count(*) from claims where program_id = $1 and mode = 'test') as claims,
  (select count(*) from transactions where program_id = $1 and mode = 'test') as transactions,
  (select count(*) from refunds where program_id = $1 and mode = 'test') as refunds,
  (select count(*) from commissions where program_id = $1 and mode = 'test') as commissions,
  (select count(*) from clicks where program_id = $1 and mode = 'test') as clicks,
  (select count(*) from visits where program_id = $1 and mode = 'test') as visits,
  (select count(*) from events where program_id = $1 and mode = 'test') as events,
  (select count(*) from webhook_deliveries where program_id = $1 and mode = 'test') as deliveries
