"""Faces, pictograms, colours, sentences: everything that is seen and is not code."""
