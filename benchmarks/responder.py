"""Answers every read with constant bytes, to try the load generator: `python -m benchmarks.responder 8000`"""

import select
import socket
import sys

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 1800\r\n\r\n" + b"x" * 1800


def respond(port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    clients: dict[int, socket.socket] = {}
    while True:
        for handle, _ in poll.poll():
            client = clients.get(handle)
            if client is None:
                client, _ = listener.accept()
                clients[client.fileno()] = client
                poll.register(client, select.EPOLLIN)
            elif client.recv(65536):
                client.send(_ANSWER)
            else:
                del clients[handle]
                client.close()


if __name__ == "__main__":
    respond(int(sys.argv[1]))
