"""How static files are named: by their content once they were collected, plainly before."""

from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Names with a mark of the content, so that browsers may keep files for ever.

    Without a manifest (a test, a first look at the code) the plain name is given rather than an error page.
    """

    def stored_name(self, name: str) -> str:
        """Return the name that is served, relative to the static files' root."""
        if not self.hashed_files:
            return name
        stored: str = super().stored_name(name)
        return stored
