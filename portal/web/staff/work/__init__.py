"""Staff pages of the work at hand: worklist, alerts, tasks, the hold."""
