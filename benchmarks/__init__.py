"""What performance claims rest on: run by hand, each prints its figures."""
