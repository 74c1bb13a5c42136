"""Pure rules of telling people: standard library only, no Django, no clock."""
