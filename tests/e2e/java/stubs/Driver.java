import com.google.gson.Gson;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.skywalking.apm.network.event.v3.EventServiceGrpc;

/**
 * One gRPC call as a test describes it, by grpc-java with SkyWalking's stubs. The description and
 * the answer: ../../grpc/README.md. Messages go through SkyWalking's own classes where these are
 * of its method, else as they are.
 */
public final class Driver {
  /** The description; its names are those of the JSON. */
  private static final class Described {
    String address;
    String method;
    List<String> messages;
    Map<String, String> metadata;
    Map<String, String> metadata_bin;
    int streams;
    boolean half_close;
    boolean hold;
    boolean gzip;
    int cancel_after_ms;
    int cancel_after_answers;
    int deadline_ms;
    int keepalive_ms;
  }

  private record Outcome(int status, String message, List<String> answers) {}

  private static final MethodDescriptor.Marshaller<byte[]> AS_THEY_ARE =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          return readAll(stream);
        }
      };

  private static byte[] readAll(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
  }

  /** One call over a method with messages of some kind. */
  private static final class Stream<Q, R> extends ClientCall.Listener<R> {
    private final Described described;
    private final MethodDescriptor<Q, R> method;
    private final ClientCall<Q, R> call;
    private final List<String> answers = new ArrayList<>();
    final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    Stream(ManagedChannel channel, Described described, MethodDescriptor<Q, R> method) {
      this.described = described;
      this.method = method;
      CallOptions options = CallOptions.DEFAULT;
      if (described.deadline_ms > 0) {
        options = options.withDeadlineAfter(described.deadline_ms, TimeUnit.MILLISECONDS);
      }
      if (described.gzip) {
        options = options.withCompression("gzip");
      }
      call = channel.newCall(method, options);
    }

    void start(ScheduledExecutorService timer) throws IOException {
      call.start(this, metadata());
      call.request(1);
      for (String file : described.messages) {
        byte[] bytes = Files.readAllBytes(Path.of(file));
        call.sendMessage(method.parseRequest(new ByteArrayInputStream(bytes)));
      }
      if (described.half_close) {
        call.halfClose();
      }
      if (described.cancel_after_ms > 0) {
        timer.schedule(this::cancel, described.cancel_after_ms, TimeUnit.MILLISECONDS);
      }
    }

    private Metadata metadata() {
      Metadata made = new Metadata();
      described.metadata.forEach((name, value) ->
          made.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
      described.metadata_bin.forEach((name, value) ->
          made.put(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
              HexFormat.of().parseHex(value)));
      return made;
    }

    void cancel() {
      call.cancel("as described", null);
    }

    void halfClose() {
      call.halfClose();
    }

    @Override
    public void onMessage(R answer) {
      answers.add(HexFormat.of().formatHex(readAll(method.streamResponse(answer))));
      if (answers.size() == described.cancel_after_answers) {
        cancel();
      }
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      String message = status.getDescription() == null ? "" : status.getDescription();
      outcome.complete(new Outcome(status.getCode().value(), message, answers));
    }
  }

  private static Stream<?, ?> newStream(ManagedChannel channel, Described described) {
    if (described.method.equals("/" + EventServiceGrpc.getCollectMethod().getFullMethodName())) {
      return new Stream<>(channel, described, EventServiceGrpc.getCollectMethod());
    }
    return new Stream<>(channel, described, MethodDescriptor.newBuilder(AS_THEY_ARE, AS_THEY_ARE)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(described.method.substring(1)).build());
  }

  private static void obey(List<Stream<?, ?>> streams) {
    String word = new Scanner(System.in).nextLine();
    for (Stream<?, ?> stream : streams) {
      if (word.equals("cancel")) {
        stream.cancel();
      } else {
        stream.halfClose();
      }
    }
  }

  public static void main(String[] args) throws Exception {
    Described described = new Gson().fromJson(args[0], Described.class);
    NettyChannelBuilder builder = NettyChannelBuilder.forTarget(described.address).usePlaintext();
    if (described.keepalive_ms > 0) {
      builder.keepAliveTime(described.keepalive_ms, TimeUnit.MILLISECONDS)
          .keepAliveWithoutCalls(true);
    }
    ManagedChannel channel = builder.build();
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    List<Stream<?, ?>> streams = new ArrayList<>();
    for (int i = 0; i < described.streams; i++) {
      Stream<?, ?> stream = newStream(channel, described);
      streams.add(stream);
      stream.start(timer);
    }
    if (described.hold) {
      Thread reader = new Thread(() -> obey(streams));
      reader.setDaemon(true);
      reader.start();
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (Stream<?, ?> stream : streams) {
      outcomes.add(stream.outcome.get(100, TimeUnit.SECONDS));
    }
    System.out.println(new Gson().toJson(outcomes));
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }
}
