"""Infrastructure code for one option of a saved assessment: values in, files out.

The code itself is written by hand and lies in `static/`; a blueprint includes whole files or
leaves them out. Numbers and names from the assessment stand only in a few generated files, and
the team's own words only in README.md and decision.json.
"""
