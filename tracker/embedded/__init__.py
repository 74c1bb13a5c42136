"""Everything that one command starts by itself: where it lives, who its children are, how they are kept alive."""
