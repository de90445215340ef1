"""The two faces inside Pyodide: the web worker and the service worker."""
