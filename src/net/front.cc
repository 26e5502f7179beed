#include "net/front.h"

#include <algorithm>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#include <unistd.h>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/hash.h"
#include "base/status.h"
#include "net/acceptor.h"
#include "net/byte_stream.h"
#include "net/connection.h"
#include "net/front_context.h"
#include "net/io_thread.h"
#include "net/listen_address.h"
#include "net/tls_stream.h"

namespace tidings::net {

using boost::asio::ip::tcp;

namespace {

/// What is left of a connection after its streams were told has this long to leave the machine.
constexpr std::chrono::milliseconds kLastWords(300);
constexpr std::chrono::milliseconds kStopPoll(5);

std::vector<std::unique_ptr<IoThread>> StartThreads(unsigned wanted) {
  const unsigned count = wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::unique_ptr<IoThread>> threads;
  threads.reserve(count);
  for (unsigned i = 0; i < count; ++i) {
    threads.push_back(std::make_unique<IoThread>(RandomSeed()));
  }
  return threads;
}

/// Runs `work` on every thread and waits until all have.
void RunOnAll(
    const std::vector<std::unique_ptr<IoThread>>& threads,
    const std::function<void(IoThread&)>& work
) {
  std::vector<std::promise<void>> done(threads.size());
  for (size_t i = 0; i < threads.size(); ++i) {
    boost::asio::post(threads[i]->io(), [&work, &thread = *threads[i], &promise = done[i]] {
      work(thread);
      promise.set_value();
    });
  }
  for (std::promise<void>& promise : done) {
    promise.get_future().wait();
  }
}

template <typename Count>
void WaitForNone(const Count& count, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (count() != 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(kStopPoll);
  }
}

/// The listeners' services by address: those with the same one share a socket.
struct Plan {
  struct Place {
    tcp::endpoint endpoint;
    std::string keys;
    std::shared_ptr<ListenerServices> services;
    /// Null: who connects waits.
    std::shared_ptr<ListenerServices> before_open;
  };
  std::vector<Place> places;
  /// Which place each listener has; nothing when it is off.
  std::vector<std::optional<size_t>> place_of;
};

/// Router or GrpcServices of listeners that share an address.
template <typename Services>
void Merge(const std::shared_ptr<const Services>& more, std::shared_ptr<const Services>& into) {
  if (!more || !into) {
    into = more ? more : into;
    return;
  }
  auto merged = std::make_shared<Services>(*into);
  merged->AddAll(*more);
  into = std::move(merged);
}

std::shared_ptr<ListenerServices> ClosedServices(
    const Listener& listener, const ListenerServices& services, std::string_view because
) {
  auto closed = std::make_shared<ListenerServices>();
  closed->tls = services.tls;
  closed->router = listener.while_closed;
  closed->http_access = services.http_access;
  closed->closed_because = because;
  return closed;
}

void SetAccess(const Listener& listener, ListenerServices& services) {
  if (listener.access && (listener.router || listener.while_closed)) {
    services.http_access = listener.access;
  }
  if (listener.access && listener.grpc) {
    services.grpc_access = listener.access;
  }
}

absl::StatusOr<Plan> MakePlan(const std::vector<Listener>& listeners) {
  Plan plan;
  for (const Listener& listener : listeners) {
    if (listener.address == "off") {
      plan.place_of.emplace_back(std::nullopt);
      continue;
    }
    const auto endpoint = ParseListenAddress(listener.address);
    if (!endpoint.ok()) {
      return InvalidArgument("{}: {}", listener.key, MessageOf(endpoint.status()));
    }
    const auto is_same = [&endpoint](const Plan::Place& place) {
      return place.endpoint == *endpoint && endpoint->port() != 0;
    };
    auto place = std::find_if(plan.places.begin(), plan.places.end(), is_same);
    if (place == plan.places.end()) {
      plan.places.push_back({*endpoint, {}, std::make_shared<ListenerServices>(), nullptr});
      place = std::prev(plan.places.end());
    }
    place->keys += (place->keys.empty() ? "" : ", ") + listener.key;
    place->services->tls = listener.tls;
    Merge(listener.router, place->services->router);
    Merge(listener.grpc, place->services->grpc);
    SetAccess(listener, *place->services);
    if (listener.while_closed) {
      const ListenerServices& services = *place->services;
      place->before_open = ClosedServices(listener, services, "the server is starting");
      place->services->when_stopping = ClosedServices(listener, services, "the server stops");
    }
    plan.place_of.emplace_back(place - plan.places.begin());
  }
  return plan;
}

std::unique_ptr<ByteStream> MakeStream(tcp::socket socket, const ListenerServices& services) {
  if (services.tls) {
    return std::make_unique<TlsStream>(std::move(socket), services.tls->current());
  }
  return std::make_unique<TcpStream>(std::move(socket));
}

}  // namespace

class Front::Impl {
 public:
  Impl(FrontOptions options, const Clock& clock, prometheus::Registry& metrics)
      : context_(options.limits, clock, metrics), threads_(StartThreads(options.io_threads)) {}
  // NOLINTNEXTLINE(bugprone-exception-escape): only for want of memory, which ends the process.
  ~Impl() { Stop(std::chrono::milliseconds(0)); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  absl::Status Bind(const std::vector<Listener>& listeners);
  void Open(const std::vector<Listener>& listeners);
  void SetLimits(const FrontLimits& limits);
  void Stop(std::chrono::milliseconds grace);
  const std::vector<Bound>& bound() const { return bound_; }

 private:
  /// Of each place, where it has them.
  void Serve(const Plan& plan, std::shared_ptr<ListenerServices> Plan::Place::*services);
  IoThread& LeastLoaded();
  void Take(tcp::socket socket, std::shared_ptr<const ListenerServices> services);
  /// Where the acceptors live; waits.
  void RunOnFirst(const std::function<void()>& work);
  void ForAcceptors(void (Acceptor::*act)());
  void ForConnections(const std::function<void(Connection&)>& act);
  uint32_t CountConnections() const { return context_.connections.load(); }
  uint32_t CountAllConnections() const {
    return CountConnections() + context_.connections_while_closed.load();
  }

  FrontContext context_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  std::vector<Bound> bound_;
  bool stopped_ = false;
  /// The last member: its threads use all of the above.
  std::vector<std::unique_ptr<IoThread>> threads_;
};

absl::Status Front::Impl::Bind(const std::vector<Listener>& listeners) {
  auto plan = MakePlan(listeners);
  if (!plan.ok()) {
    return plan.status();
  }
  // All that is in the way is told at once: who mends one thing need not start for the next.
  std::string faults;
  for (const Plan::Place& place : plan->places) {
    auto acceptor = Acceptor::Bind(threads_.front()->io(), place.endpoint, place.keys);
    if (!acceptor.ok()) {
      faults += faults.empty() ? "" : "; and ";
      faults += MessageOf(acceptor.status());
      continue;
    }
    (*acceptor)->SetTaker(
        [this]() -> boost::asio::io_context& { return threads_.front()->io(); },
        [this](tcp::socket socket, const Acceptor& from) {
          Take(std::move(socket), from.services());
        }
    );
    acceptors_.push_back(*std::move(acceptor));
  }
  if (!faults.empty()) {
    return Unavailable("{}", faults);
  }
  for (size_t i = 0; i < listeners.size(); ++i) {
    if (const auto place = plan->place_of[i]) {
      bound_.push_back({listeners[i].key, FormatEndpoint(acceptors_[*place]->endpoint())});
    }
  }
  Serve(*plan, &Plan::Place::before_open);
  return absl::OkStatus();
}

void Front::Impl::Open(const std::vector<Listener>& listeners) {
  // The addresses were good when they were bound.
  Serve(MakePlan(listeners).value(), &Plan::Place::services);
  ForConnections(std::mem_fn(&Connection::OnOpen));
}

IoThread& Front::Impl::LeastLoaded() {
  const auto lighter = [](const auto& a, const auto& b) { return a->load() < b->load(); };
  return **std::min_element(threads_.begin(), threads_.end(), lighter);
}

void Front::Impl::Serve(
    const Plan& plan, std::shared_ptr<ListenerServices> Plan::Place::*services
) {
  RunOnFirst([&] {
    for (size_t i = 0; i < acceptors_.size(); ++i) {
      if (const auto& served = plan.places.at(i).*services) {
        acceptors_[i]->Serve(served);
      }
    }
  });
}

void Front::Impl::Take(tcp::socket socket, std::shared_ptr<const ListenerServices> services) {
  const auto limits = context_.limits.current();
  std::atomic<uint32_t>& connections = context_.CountOf(*services);
  if (connections.fetch_add(1) >= limits->connections) {
    connections.fetch_sub(1);
    context_.metrics.CountRefused("tcp", "connections");
    return;  // Closed at once: an answer would cost what the limit is to save.
  }
  boost::system::error_code error;
  const auto remote = socket.remote_endpoint(error);
  Connection::Peer peer{remote.address().to_string(), remote.address().is_loopback()};
  if (!context_.connections_by_address.Enter(peer.address, limits->connections_per_address)) {
    connections.fetch_sub(1);
    context_.metrics.CountRefused("tcp", "connections_per_address");
    return;
  }
  IoThread& thread = LeastLoaded();
  // The socket belongs to the accepting thread's io_context until here.
  const auto protocol = remote.protocol();
  const auto handle = socket.release(error);
  boost::asio::post(
      thread.io(),
      [this, handle, protocol, peer, services = std::move(services), &thread] {
        boost::system::error_code assign_error;
        tcp::socket own(thread.io());
        if (own.assign(protocol, handle, assign_error); assign_error) {
          ::close(handle);  // The connection below finds its socket closed, and ends.
        }
        const auto connection = std::make_shared<Connection>(
            MakeStream(std::move(own), *services), peer, services, context_, thread
        );
        thread.Add(connection);
        connection->Run();
      }
  );
}

void Front::Impl::SetLimits(const FrontLimits& limits) {
  context_.limits.Replace(limits);
  context_.budget->SetLimit(limits.inflight_bytes);
}

void Front::Impl::RunOnFirst(const std::function<void()>& work) {
  std::promise<void> done;
  boost::asio::post(threads_.front()->io(), [&work, &done] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

void Front::Impl::ForAcceptors(void (Acceptor::*act)()) {
  RunOnFirst([this, act] {
    for (const auto& acceptor : acceptors_) {
      ((*acceptor).*act)();
    }
  });
}

void Front::Impl::ForConnections(const std::function<void(Connection&)>& act) {
  RunOnAll(threads_, [&act](IoThread& thread) {
    // A copy: what is done to a connection may take it out.
    const std::vector connections(thread.connections().begin(), thread.connections().end());
    for (const auto& connection : connections) {
      act(*connection);
    }
  });
}

void Front::Impl::Stop(std::chrono::milliseconds grace) {
  if (std::exchange(stopped_, true)) {
    return;
  }
  ForAcceptors(&Acceptor::BeginStop);
  ForConnections(std::mem_fn(&Connection::BeginDrain));
  WaitForNone([this] { return CountConnections(); }, grace);
  ForAcceptors(&Acceptor::Close);
  ForConnections(std::mem_fn(&Connection::Abort));
  WaitForNone([this] { return CountAllConnections(); }, kLastWords);
  ForConnections([](Connection& connection) {
    connection.CloseNow(Unavailable("the server has stopped"));
  });
  // One more turn, for what closing has posted.
  RunOnAll(threads_, [](IoThread& /*thread*/) {});
  acceptors_.clear();
  threads_.clear();
}

Front::Front(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Front::~Front() = default;

absl::StatusOr<std::unique_ptr<Front>> Front::Bind(
    const std::vector<Listener>& listeners,
    FrontOptions options,
    const Clock& clock,
    prometheus::Registry& metrics
) {
  auto impl = std::make_unique<Impl>(options, clock, metrics);
  if (absl::Status status = impl->Bind(listeners); !status.ok()) {
    return status;
  }
  return std::unique_ptr<Front>(new Front(std::move(impl)));
}

void Front::Open(const std::vector<Listener>& listeners) {
  impl_->Open(listeners);
}

const std::vector<Front::Bound>& Front::bound() const {
  return impl_->bound();
}

void Front::SetLimits(const FrontLimits& limits) {
  impl_->SetLimits(limits);
}

void Front::Stop(std::chrono::milliseconds grace) {
  impl_->Stop(grace);
}

}  // namespace tidings::net
