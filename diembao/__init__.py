"""Điểm Báo: news monitoring and alerts on Ho Chi Minh City's digital transformation."""

__version__ = "0.1.0"
