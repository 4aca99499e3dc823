-- In which role does the user act for the program?
select role
from members
where program_id = $1
  and user_id = $2
