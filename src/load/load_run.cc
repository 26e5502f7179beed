#include "load/load_run.h"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/status.h"
#include "load/client_session.h"
#include "load/pacer.h"
#include "load/poller.h"
#include "load/process_usage.h"
#include "load/socket.h"

namespace tidings::load {
namespace {

constexpr uint64_t kMaxEncodedEvents = 250'000;
/// Writes of one connection before the others get their turn.
constexpr int kFlushesPerTurn = 64;
/// A server that answers nothing for so long is given up.
constexpr std::chrono::seconds kPatience(30);

struct Connection {
  Socket socket;
  std::unique_ptr<ClientSession> session;
  std::string out;
  size_t sent = 0;
  bool waits_to_write = false;
  bool is_queued = false;
};

/// One request that may be under way; its number is its ticket.
struct Slot {
  const Payload* payload = nullptr;
  TimePoint intended;
};

class LoadRun {
 public:
  LoadRun(const Target& target, const Shape& shape, std::span<const Payload> payloads)
      : target_(target), shape_(shape), payloads_(payloads), connections_(shape.connections) {}

  absl::StatusOr<LoadResult> Run() {
    if (absl::Status status = ConnectAll(); !status.ok()) {
      return status;
    }
    const double cpu_before = ThreadCpuSeconds();
    const TimePoint start = Now();
    pacer_ = MakePacer(start);
    last_answer_ = start;
    while (!IsFinished(Now())) {
      Dispatch();
      WriteQueued();
      poller_.Wait(LongestWait(), [this](uint64_t tag, uint32_t events) { OnReady(tag, events); });
    }
    FailUnanswered();
    result_.unsent_reports = pacer_->missed(Now()) * shape_.batch;
    result_.seconds = std::chrono::duration<double>(last_answer_ - start).count();
    result_.cpu_seconds = ThreadCpuSeconds() - cpu_before;
    return std::move(result_);
  }

 private:
  static TimePoint Now() { return std::chrono::steady_clock::now(); }

  size_t ConnectionOf(uint64_t ticket) const { return ticket % connections_.size(); }

  std::unique_ptr<Pacer> MakePacer(TimePoint start) const {
    const Pacer::Options options{
        .requests_per_second = shape_.rate / static_cast<double>(shape_.batch),
        .requests = PlanLoad(shape_).laps * payloads_.size(),
        .duration = shape_.duration};
    return std::make_unique<Pacer>(options, start);
  }

  absl::Status ConnectAll() {
    for (size_t i = 0; i < connections_.size(); ++i) {
      if (absl::Status status = Connect(i); !status.ok()) {
        return status;
      }
    }
    slots_.resize(connections_.size() * shape_.in_flight);
    for (size_t ticket = 0; ticket < slots_.size(); ++ticket) {
      free_.push_back(ticket);
    }
    return absl::OkStatus();
  }

  absl::Status Connect(size_t index) {
    absl::StatusOr<Socket> socket = Socket::Connect(target_.host, target_.port);
    if (!socket.ok()) {
      return socket.status();
    }
    Connection fresh;
    fresh.socket = *std::move(socket);
    fresh.session = MakeSession(shape_, target_);
    fresh.is_queued = connections_[index].is_queued;
    connections_[index] = std::move(fresh);
    poller_.Add(connections_[index].socket.fd(), index, EPOLLIN);
    return absl::OkStatus();
  }

  bool IsFinished(TimePoint now) const {
    const bool nothing_to_send = stopped_ || pacer_->IsOver(now);
    const bool all_answered = free_.size() == slots_.size();
    const bool is_dead = !all_answered && now - last_answer_ > kPatience;
    return (nothing_to_send && all_answered) || is_dead;
  }

  void Dispatch() {
    while (!stopped_ && !free_.empty()) {
      const auto due = pacer_->TakeDue(Now());
      if (!due) {
        return;
      }
      const uint64_t ticket = free_.front();
      free_.pop_front();
      const Payload& payload = payloads_[next_request_ % payloads_.size()];
      slots_[ticket] = {.payload = &payload, .intended = *due};
      connections_[ConnectionOf(ticket)].session->Begin(
          payload, BytesOfLap(payload, next_request_ / payloads_.size()), ticket
      );
      ++next_request_;
      Queue(ConnectionOf(ticket));
    }
  }

  void Queue(size_t index) {
    Connection& connection = connections_[index];
    if (!connection.is_queued && !connection.waits_to_write) {
      connection.is_queued = true;
      to_write_.push_back(index);
    }
  }

  void WriteQueued() {
    for (size_t turns = to_write_.size(); turns > 0; --turns) {
      const size_t index = to_write_.front();
      to_write_.pop_front();
      connections_[index].is_queued = false;
      Write(index);
    }
  }

  void Write(size_t index) {
    Connection& connection = connections_[index];
    for (int flushes = 0; flushes < kFlushesPerTurn; ++flushes) {
      if (connection.sent == connection.out.size()) {
        connection.out.clear();
        connection.sent = 0;
        connection.session->AppendFlush(connection.out);
      }
      if (connection.out.empty()) {
        return;
      }
      const Socket::Moved moved =
          connection.socket.Write(std::string_view(connection.out).substr(connection.sent));
      connection.sent += moved.bytes;
      if (moved.is_over) {
        Lose(index, "the server closed the connection");
        return;
      }
      if (moved.bytes == 0) {
        connection.waits_to_write = true;
        poller_.Change(connection.socket.fd(), index, EPOLLIN | EPOLLOUT);
        return;
      }
    }
    Queue(index);
  }

  std::optional<std::chrono::nanoseconds> LongestWait() const {
    if (!to_write_.empty()) {
      return std::chrono::nanoseconds(0);
    }
    const TimePoint now = Now();
    TimePoint wake = last_answer_ + kPatience;
    if (shape_.duration.count() > 0) {
      wake = std::min(wake, now + std::chrono::milliseconds(10));
    }
    const auto due = pacer_->next_due();
    if (due && !free_.empty()) {
      wake = std::min(wake, *due);
    }
    return std::max(wake - now, std::chrono::nanoseconds(0));
  }

  void OnReady(size_t index, uint32_t events) {
    if ((events & EPOLLOUT) != 0) {
      connections_[index].waits_to_write = false;
      poller_.Change(connections_[index].socket.fd(), index, EPOLLIN);
      Queue(index);
    }
    if ((events & ~uint32_t{EPOLLOUT}) != 0) {
      Read(index);
    }
  }

  void Read(size_t index) {
    Connection& connection = connections_[index];
    const Socket::Moved moved = connection.socket.Read(buffer_.data(), buffer_.size());
    if (moved.is_over) {
      Lose(index, "the server closed the connection");
      return;
    }
    std::vector<Answer> answers;
    const absl::Status status = connection.session->Take({buffer_.data(), moved.bytes}, answers);
    for (const Answer& answer : answers) {
      Settle(answer);
    }
    if (!status.ok()) {
      Lose(index, std::string(MessageOf(status)));
      return;
    }
    Queue(index);  // Windows may have opened.
  }

  void Settle(const Answer& answer) {
    Slot& slot = slots_[answer.ticket];
    if (slot.payload == nullptr) {
      return;
    }
    last_answer_ = Now();
    if (answer.error.empty()) {
      ++result_.requests;
      result_.reports += slot.payload->reports;
      result_.events += slot.payload->events;
      result_.latency.Add(last_answer_ - slot.intended);
    } else {
      Fail(*slot.payload, answer.error);
    }
    slot.payload = nullptr;
    free_.push_back(answer.ticket);
  }

  void Fail(const Payload& payload, const std::string& error) {
    result_.failed_reports += payload.reports;
    if (result_.first_error.empty()) {
      result_.first_error = error;
    }
  }

  /// Everything under way on the connection has failed; it is made again, if possible.
  void Lose(size_t index, const std::string& why) {
    for (size_t ticket = index; ticket < slots_.size(); ticket += connections_.size()) {
      Settle({.ticket = ticket, .error = why});
    }
    if (const absl::Status status = Connect(index); !status.ok()) {
      stopped_ = true;
      connections_[index].session = MakeSession(shape_, target_);
      result_.first_error = std::string(MessageOf(status));
    }
  }

  void FailUnanswered() {
    for (uint64_t ticket = 0; ticket < slots_.size(); ++ticket) {
      if (slots_[ticket].payload != nullptr) {
        Fail(*slots_[ticket].payload, "no answer came in time");
      }
    }
  }

  const Target& target_;
  const Shape& shape_;
  const std::span<const Payload> payloads_;
  Poller poller_;
  std::vector<Connection> connections_;
  std::vector<Slot> slots_;
  std::deque<uint64_t> free_;
  std::deque<size_t> to_write_;
  std::unique_ptr<Pacer> pacer_;
  uint64_t next_request_ = 0;
  TimePoint last_answer_;
  bool stopped_ = false;
  LoadResult result_;
  std::array<char, size_t{64} << 10> buffer_{};
};

}  // namespace

LoadPlan PlanLoad(const Shape& shape) {
  if (shape.events == 0) {
    return {.encoded_events = kMaxEncodedEvents, .laps = 0};
  }
  const uint64_t laps = (shape.events + kMaxEncodedEvents - 1) / kMaxEncodedEvents;
  return {.encoded_events = (shape.events + laps - 1) / laps, .laps = laps};
}

absl::StatusOr<LoadResult> RunLoad(
    const Target& target, const Shape& shape, std::span<const Payload> payloads
) {
  return LoadRun(target, shape, payloads).Run();
}

}  // namespace tidings::load
