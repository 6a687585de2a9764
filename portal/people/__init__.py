"""People: contacts, who reports for whom, who is on call, who opted out of texts.

All rooms from alerting upwards come in; it knows messages and the protocol.
"""
