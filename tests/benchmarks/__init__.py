"""Speed and quality side by side with other programs: ``python -m tests.benchmarks NAME``."""
