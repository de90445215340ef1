window.result
