"""Commands that print the figures the project states: ``python -m dateline.eval.benchmarks NAME --data PATH``."""
