"""One gRPC call as a test describes it, by grpcio. The description and the answer: README.md."""

import json
import pathlib
import queue
import sys
import threading

import grpc

CALL = json.loads(sys.argv[1])
RESULT_SECONDS = 60


def channel():
    options = [("grpc.use_local_subchannel_pool", 1)]
    if CALL["keepalive_ms"]:
        options += [("grpc.keepalive_time_ms", CALL["keepalive_ms"]),
                    ("grpc.keepalive_permit_without_calls", 1),
                    ("grpc.http2.max_pings_without_data", 0)]
    return grpc.insecure_channel(CALL["address"], options=options)


def metadata():
    return (list(CALL["metadata"].items())
            + [(name, bytes.fromhex(value)) for name, value in CALL["metadata_bin"].items()])


class Stream:
    def __init__(self, connection):
        self.outgoing = queue.SimpleQueue()
        self.call = connection.stream_stream(CALL["method"])(
            iter(self.outgoing.get, None), metadata=metadata(),
            timeout=CALL["deadline_ms"] / 1000 if CALL["deadline_ms"] else None,
            compression=grpc.Compression.Gzip if CALL["gzip"] else None)
        for file in CALL["messages"]:
            self.outgoing.put(pathlib.Path(file).read_bytes())
        if CALL["half_close"]:
            self.half_close()
        if CALL["cancel_after_ms"]:
            threading.Timer(CALL["cancel_after_ms"] / 1000, self.call.cancel).start()

    def half_close(self):
        self.outgoing.put(None)

    def outcome(self):
        answers = []
        try:
            for answer in self.call:
                answers.append(answer.hex())
                if len(answers) == CALL["cancel_after_answers"]:
                    self.call.cancel()
        except grpc.RpcError:
            pass  # The status says the same.
        return {"status": self.call.code().value[0], "message": self.call.details() or "",
                "answers": answers}


def obey(streams):
    word = sys.stdin.readline()
    for stream in streams:
        stream.call.cancel() if word.startswith("cancel") else stream.half_close()


def main():
    with channel() as connection:
        streams = [Stream(connection) for _ in range(CALL["streams"])]
        if CALL["hold"]:
            threading.Thread(target=obey, args=(streams,), daemon=True).start()
        outcomes = [stream.outcome() for stream in streams]
        print(json.dumps(outcomes), flush=True)
        for stream in streams:
            stream.half_close()


main()
