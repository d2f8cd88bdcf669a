"""HTTP in, HTML out. Nothing is computed or decided here."""
