"""The delivery: how votes leave the kiosk (courier, serve, carry) and how the ward takes them (ward)."""
