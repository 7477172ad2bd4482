"""Proof that a process may be killed at any line: no order is lost, and none is made twice."""
