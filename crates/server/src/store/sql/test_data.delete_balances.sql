-- Takes away the accounts of test mode in which nothing stands any more.
delete from balances where program_id = $1 and mode = 'test' and amount = 0
