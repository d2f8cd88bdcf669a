"""Drawings, words and files made from a result: values in, values or bytes out."""
