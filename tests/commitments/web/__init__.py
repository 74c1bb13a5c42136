"""The pages: what they show to whom, and what they do with what is typed."""
