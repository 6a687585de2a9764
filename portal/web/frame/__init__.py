"""What surrounds every page: access, forms, cookies, headers, language, assets.

Every room of the web comes in; it knows none of them.
"""
