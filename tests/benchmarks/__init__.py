"""Measurements, not tests: `make bench` runs them, and nothing is asserted about time anywhere else."""
