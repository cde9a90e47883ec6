"""A stand-in for the live service: a mock server of batchlab behind TLS, with a throwaway authority.

The mock speaks plain HTTP on loopback; a thread here takes TLS off each connection and passes the
bytes on, counting the requests on the way.
"""

import re
import socket
import ssl
import subprocess
import threading

REQUEST = re.compile(rb"^(GET|POST) (\S+) HTTP/1.1\r\n", re.MULTILINE)


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Authority:
    """Certificates in PEM files of `folder`; ca.pem is what a client is to trust."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "ca.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=A throwaway authority", "-keyout", folder / "ca.key", "-out", self.file)

    def certificate(self, host, name="good", own=False, days=2):
        """(certificate, key) for `host`; `own`: signed by itself; days < 0: it has expired."""
        key, request, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        names = f"subjectAltName=DNS:{host}"
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={host}",
                "-addext", names, "-keyout", key, "-out", request)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(names)
        signer = ["-signkey", key] if own else ["-CA", self.file, "-CAkey", self.folder / "ca.key", "-CAcreateserial"]
        openssl("x509", "-req", "-in", request, *signer, "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate, key


class TlsStandIn:
    """Listens with a certificate and passes on to 127.0.0.1:`behind`."""

    def __init__(self, certificate, key, behind, port=0):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.behind = behind
        self.listener = socket.create_server(("127.0.0.1", port), backlog=100)
        self.port = self.listener.getsockname()[1]
        self.targets = []  # method and target of each request, in the order in which they came
        threading.Thread(target=self._accept, daemon=True).start()

    def costly(self):
        """The requests that cost credits, or ask for what did."""
        return [target for target in self.targets if "/v1/" in target]

    def close(self):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)  # else accept would go on, and keep the port
        except OSError:
            pass
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as inside, \
                    socket.create_connection(("127.0.0.1", self.behind)) as mock:
                threading.Thread(target=self._pass, args=(mock, inside), daemon=True).start()
                self._pass(inside, mock, self._note)
        except OSError:
            client.close()

    def _note(self, data):
        self.targets += [f"{method.decode()} {target.decode()}" for method, target in REQUEST.findall(data)]

    @staticmethod
    def _pass(source, sink, note=None):
        try:
            while data := source.recv(65536):
                if note:
                    note(data)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
