"""One measurement in a process of its own, on the services that the environment names; prints its figures as JSON."""

import json
import sys

import django
from django.utils.module_loading import import_string


def main(name: str, *arguments: str) -> None:
    """Set Django up, then call `tests.benchmarks.<name>.figures` with whole numbers."""
    django.setup()
    figures = import_string(f"tests.benchmarks.{name}.figures")(*map(int, arguments))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
