"""How fast Footing is, as ratios to a bound that is measured in the same run on the same machine.

Absolute times on a shared machine say little; a ratio of two things that take turns says much.
`make bench` prints the table; docs/bench.md keeps one. No test asserts a time.
"""
