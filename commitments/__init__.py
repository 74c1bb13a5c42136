"""What was promised, and what time does to it."""
