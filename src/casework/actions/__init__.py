"""Every write: permission, transaction, and the actor that the audit names."""
