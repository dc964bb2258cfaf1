"""Calling plugins: mailboxes, workers, time limits, filters, and what follows an error."""
