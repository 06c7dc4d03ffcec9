"""The vote log: append-only, durable, chained. Read in this order:

`folder` where a log lies and what lies beside it · `schema` its one table · `log` the only writer ·
`reader` everybody else · `marks` what tells us that entries are missing · `archive` which log is written now.
"""
