"""The sentences of the interface: English in the code, other languages in catalogues.

``python -m portal.translations update`` brings the catalogues up to the source,
``missing`` lists what is still to be translated, ``compile`` makes what runs. No module
comes in: Flask-Babel reads the compiled catalogues.
"""
