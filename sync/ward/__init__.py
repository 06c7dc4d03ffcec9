"""The ward server: it takes batches, keeps every line verbatim, and counts what they say. One vote comes through

web/intake ─▶ receive ─▶ writer ─▶ ingest ─▶ projections ─▶ release ─▶ feed, page
 (a body)    (a checked  (one thread, (what the   (votes, dates)  (made visible)
              batch)      one commit)  ward has)

`entries` holds the lines; everything else about a vote can be made again from them (`rebuild`, `check`).
"""
