"""The sentences of the interface: English in the code, other languages in catalogues.

``python -m portal.translations update`` brings the catalogues up to the source,
``missing`` lists what is still to be translated, ``compile`` makes what runs. Everybody
comes in for ``catalogues``; the rest is a tool.
"""
