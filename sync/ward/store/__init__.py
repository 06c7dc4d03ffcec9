"""The database: what is kept (`tables`) and how it is opened (`engine`)."""
