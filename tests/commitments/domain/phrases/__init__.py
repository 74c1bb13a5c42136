"""Due times as people say them."""
