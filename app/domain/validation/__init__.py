"""Published workloads computed again by the functions that size an assessment.

`published` is what somebody measured, `refit` fits the free figures to it and leaves each run
out in turn, `cases` and `sizing` compute any case in the format that `validate --sizing` reads.
"""
