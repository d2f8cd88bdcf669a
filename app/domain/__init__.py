"""The reasoning, in plain values: no framework, no clock, no files, no chance but the seed.

errors          what can go wrong
worlds          plausible values of the inputs, drawn once
facts           dated figures with their sources
known           the facts seen through the worlds
measurements    what somebody measured, read from a benchmark's file
expressions     the small language that rules are written in
rules           the must-haves as data
questionnaire   what is asked, and what an acceptable answer is
demand          how much work there is
options         the ways to run it
constraints     must-haves judged: what the engine knows, under the names that rules use
cost            what an option costs, month by month
decision        what is valued, how much, and how sure the ranking is
cases           what comparable organisations did
matching        which of them are like a project, and why each is shown
assessment      all of it, in order
backtest        the same, on what the published organisations could have answered beforehand
"""
