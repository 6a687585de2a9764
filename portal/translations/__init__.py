"""The sentences of the interface: English in the code, other languages in catalogues.

``python -m portal.translations update`` adds new sentences to the catalogues,
``missing`` lists those without a translation, ``compile`` makes the compiled form that
the portal uses. Everybody comes in for ``catalogues``; the rest is a tool.
"""
