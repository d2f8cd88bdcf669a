"""How much work there is: items, accelerator-seconds, bytes, and how they spread over time.

`workload` reads the answers, `serving` turns one item into accelerator-seconds, `load` spreads
them over the hours, `queueing` keeps the queue short, `fleet` adds it all up per accelerator,
`media` counts bytes.
"""
