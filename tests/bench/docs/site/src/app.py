def main() -> None:
    for port in ("Calais", "Dover"):
        print(port)
