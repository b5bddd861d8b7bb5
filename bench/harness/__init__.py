"""Measures the proxy beside other ways to do the same. Standard library only; traffic to loopback only."""
