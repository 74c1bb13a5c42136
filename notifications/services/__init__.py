"""Every write of telling people: planning, claiming, sending, recording, and what supervisors decide."""
