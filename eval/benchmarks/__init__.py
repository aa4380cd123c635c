"""Commands that print the figures the project states: ``python -m eval.benchmarks NAME --data PATH``."""
