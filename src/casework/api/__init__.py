"""The API: all reads, and the acts that machines need, as JSON."""
