"""Price files: what they say, what of it is believed, and what it would change.

rows       one row of a file as it stands there, and the names that Footing knows
reading    the bytes of a file → rows, whichever catalogue wrote it
guards     rows → offers, or a refusal with its reason
catalogue  offers against the snapshot in force: new, changed, dropped, and what must be looked at
"""
