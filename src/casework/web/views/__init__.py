"""The pages, by subject: each asks the queries, or hands what was written to an action."""
