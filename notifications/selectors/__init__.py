"""Reads that span relations, by the service or screen that asks."""
