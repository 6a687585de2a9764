"""Staff pages of the team itself: accounts, rota, screens."""
