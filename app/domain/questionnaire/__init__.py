"""What is asked, what an acceptable answer is, and what stands in when nobody knows.

`questions` holds the shape of the question set, `reading` turns typed text or a file into
`answers`, or names every problem.
"""
