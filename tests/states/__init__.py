"""Every order of events over the states of alerts and messages, one after the other."""
