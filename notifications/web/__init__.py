"""Pages and fragments of notifications, one module a screen."""
