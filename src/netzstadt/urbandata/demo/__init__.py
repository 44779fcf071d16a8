"""The demo city: simulated sensors at public places of Gelsenkirchen, marked as simulated."""
