"""The quick-log line: what kind of promise it is, to whom, by when and in which words. Pure; nobody is looked up."""

from commitments.domain.quick_line.answers import Line, LineKind, Said
from commitments.domain.quick_line.reading import read_line

__all__ = ["Line", "LineKind", "Said", "read_line"]
