"""Which option is best, how sure that is, and why.

`criteria` says what is valued, `measures` measures each option, `weights` says how much each
criterion counts, `scoring` adds up, `robustness` counts worlds, `information` says what drives the
answer and what to find out next, and `second_opinion` what two other methods would put first.
"""
