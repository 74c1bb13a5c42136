"""Every write, by verb group. Each service takes `now` and writes the row and its timeline in one transaction."""
