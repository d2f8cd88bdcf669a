"""What somebody measured on their own machines: read from a benchmark's file, and kept.

run        what one file says, and what makes it unreadable
located    JSON whose every field knows its line
endpoint   the reports of vLLM's serving benchmark, AIPerf and GenAI-Perf
loadgen    the summary that MLPerf's LoadGen writes
table      a small CSV
reading    bytes in, a run out, whichever of these it is
kept       a run with what no file says, as it is stored among the answers
"""
