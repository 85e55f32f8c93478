"""Sẵn Sàng, the house: import rooms from here, start it from wsgi.py."""
