"""Proof that many processes and threads at once make one order, and that the newer truth wins."""
