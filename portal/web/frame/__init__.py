"""What surrounds every page: access, forms, cookies, headers, language, assets."""
