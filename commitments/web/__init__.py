"""One module a screen, with its forms. A view parses, calls one service and responds."""
