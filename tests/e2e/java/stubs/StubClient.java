import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.skywalking.apm.network.common.v3.Commands;
import org.apache.skywalking.apm.network.event.v3.Event;
import org.apache.skywalking.apm.network.event.v3.EventServiceGrpc;
import org.apache.skywalking.apm.network.event.v3.Source;
import org.apache.skywalking.apm.network.event.v3.Type;

/**
 * Reports with SkyWalking's own stubs: the start of an event on one stream, only its end on another,
 * then a stream with one report too long to be stored. Prints the outcome of each stream on a line.
 */
public final class StubClient {
  private static final long START = 1_700_000_000_000L;

  public static void main(String[] args) throws Exception {
    ManagedChannel channel = ManagedChannelBuilder.forTarget(args[0]).usePlaintext().build();
    String uuid = args[1];
    Event start = Event.newBuilder()
        .setUuid(uuid)
        .setSource(Source.newBuilder().setService("checkout").setServiceInstance("checkout-1")
            .setEndpoint("/pay"))
        .setName("Upgrade").setType(Type.Error).setMessage("from {from} to {to}")
        .putParameters("from", "1.4").putParameters("to", "1.5")
        .setLayer("GENERAL").setStartTime(START).build();
    Event end = Event.newBuilder().setUuid(uuid).setEndTime(START + 60_000).build();
    Event tooLong = Event.newBuilder().setUuid(uuid + "-long").setName("x".repeat(257))
        .setStartTime(START).build();

    System.out.println("start: " + report(channel, start));
    System.out.println("end: " + report(channel, end));
    System.out.println("bad: " + report(channel, end, tooLong));
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  private static String report(ManagedChannel channel, Event... events) throws Exception {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    StreamObserver<Event> stream = EventServiceGrpc.newStub(channel)
        .withDeadlineAfter(120, TimeUnit.SECONDS)
        .collect(new StreamObserver<Commands>() {
          private int commands = -1;

          @Override
          public void onNext(Commands answer) {
            commands = answer.getCommandsCount();
          }

          @Override
          public void onError(Throwable error) {
            Status status = Status.fromThrowable(error);
            outcome.complete(status.getCode() + " " + status.getDescription());
          }

          @Override
          public void onCompleted() {
            outcome.complete("OK commands=" + commands);
          }
        });
    for (Event event : events) {
      stream.onNext(event);
    }
    stream.onCompleted();
    return outcome.get(130, TimeUnit.SECONDS);
  }
}
