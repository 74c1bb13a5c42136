"""Reads that span relations, by the screen or service that asks."""
