"""Benchmarks: what a page costs, against a floor measured in the same run."""
