import org.apache.skywalking.apm.agent.core.boot.ServiceManager;
import org.apache.skywalking.apm.agent.core.conf.SnifferConfigInitializer;

/** A program with SkyWalking's agent inside: boots it, runs until its input ends, shuts it down. */
public final class AgentMain {
  public static void main(String[] args) throws Exception {
    SnifferConfigInitializer.initializeCoreConfig(null);
    Runtime.getRuntime().addShutdownHook(new Thread(ServiceManager.INSTANCE::shutdown));
    ServiceManager.INSTANCE.boot();
    while (System.in.read() >= 0) {
      continue;
    }
    System.exit(0);
  }
}
