"""Which option is best, how sure that is, and why.

`criteria` says what is valued, `measures` measures each option, `weights` says how much each
criterion counts, `scoring` adds up, `robustness` counts worlds, `second_opinion` asks two other
methods, `explanation` and
`information` say what drives the answer and what to find out next.
"""
