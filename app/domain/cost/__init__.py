"""What an option costs, line by line and month by month.

`ledger` collects dated payments and discounts them, `rented` and `owned` price the two ways
to have machines, `people` the staff, `plan` puts an option together, `breakeven` compares.

Conventions: real US dollars of today; hardware is paid when bought, everything else monthly
in arrears; a year has 8,760 hours and a month 730.
"""
