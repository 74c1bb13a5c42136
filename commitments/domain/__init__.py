"""The rules, pure: the standard library only, no Django, no Celery, no clock and no randomness."""
