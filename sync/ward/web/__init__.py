"""What the ward answers over HTTP: one file per route, put together in `app`."""
