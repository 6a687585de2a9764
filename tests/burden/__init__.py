"""What a follow-up costs its team: people live through it, and every act is counted."""
