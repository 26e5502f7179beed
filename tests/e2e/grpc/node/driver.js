// One gRPC call as a test describes it, by @grpc/grpc-js. The description and the answer: ../README.md.
'use strict';

const fs = require('fs');
const grpc = require('@grpc/grpc-js');

const call = JSON.parse(process.argv[2]);
const bytes = (value) => value;

function options() {
  const chosen = {};
  if (call.gzip) {
    chosen['grpc.default_compression_algorithm'] = grpc.compressionAlgorithms.gzip;
  }
  if (call.keepalive_ms) {
    chosen['grpc.keepalive_time_ms'] = call.keepalive_ms;
    chosen['grpc.keepalive_permit_without_calls'] = 1;
  }
  return chosen;
}

function metadata() {
  const made = new grpc.Metadata();
  for (const [name, value] of Object.entries(call.metadata)) {
    made.set(name, value);
  }
  for (const [name, value] of Object.entries(call.metadata_bin)) {
    made.set(name, Buffer.from(value, 'hex'));
  }
  return made;
}

function startStream(client) {
  const limits = call.deadline_ms ? { deadline: Date.now() + call.deadline_ms } : {};
  const stream = client.makeBidiStreamRequest(call.method, bytes, bytes, metadata(), limits);
  const answers = [];
  const outcome = new Promise((resolve) => {
    stream.on('data', (answer) => {
      answers.push(answer.toString('hex'));
      if (answers.length === call.cancel_after_answers) {
        stream.cancel();
      }
    });
    stream.on('error', () => {});  // The status says the same.
    stream.on('status', (status) => {
      resolve({ status: status.code, message: status.details, answers });
    });
  });
  for (const file of call.messages) {
    stream.write(fs.readFileSync(file));
  }
  if (call.half_close) {
    stream.end();
  }
  if (call.cancel_after_ms) {
    setTimeout(() => stream.cancel(), call.cancel_after_ms);
  }
  return { stream, outcome };
}

async function main() {
  const client = new grpc.Client(call.address, grpc.credentials.createInsecure(), options());
  const streams = Array.from({ length: call.streams }, () => startStream(client));
  if (call.hold) {
    process.stdin.once('data', (word) => {
      for (const { stream } of streams) {
        word.toString().startsWith('cancel') ? stream.cancel() : stream.end();
      }
    });
  }
  const outcomes = await Promise.all(streams.map(({ outcome }) => outcome));
  fs.writeSync(1, JSON.stringify(outcomes) + '\n');
  process.exit(0);
}

main();
