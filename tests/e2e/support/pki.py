"""Certificates for a test, made by `openssl` when it runs: no key stands in the repository."""

import os
import pathlib
import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


class Authority:
    """Signs certificates, in a folder of its own."""

    def __init__(self, folder, name="ca"):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir(parents=True)
        self.key = self.folder / "ca.key"
        self.certificate = self.folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", str(self.key), "-out", str(self.certificate), "-days", "2",
                "-subj", f"/CN={name}")

    def issue(self, name, san, expired=False):
        """(certificate, key) with these subject alternative names."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={san}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", str(key), "-out", str(request), "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", str(request), "-CA", str(self.certificate),
                "-CAkey", str(self.key), "-CAcreateserial", "-out", str(certificate),
                "-extfile", str(extensions), "-days", "-1" if expired else "2")
        os.chmod(key, 0o600)
        return certificate, key


def server_settings(certificate, key, *more):
    return [f"tls.certificate={certificate}", f"tls.key={key}", *more]
