"""The words of the command `kiosk`, one a file; `common` holds what they share."""
