"""The desk: records in, decisions out; it keeps who did what, and computes nothing itself."""
