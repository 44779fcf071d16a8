"""The data plane: a Django-free ASGI application and the store of observations."""
