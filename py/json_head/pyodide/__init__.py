"""The two entry points inside Pyodide: the web worker and the service worker."""
