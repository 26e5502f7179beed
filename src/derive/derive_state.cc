#include "derive/derive_state.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/status.h"
#include "base/wire.h"

namespace tidings::derive {
namespace {

constexpr std::string_view kMagic = "tidings derive state, version 1\n";
constexpr size_t kHashBytes = 32;

/// A field that is a number.
constexpr uint32_t Number(uint32_t field) {
  return wire::Tag(field, wire::Type::kVarint);
}
/// A field that is text or a message.
constexpr uint32_t Text(uint32_t field) {
  return wire::Tag(field, wire::Type::kBytes);
}

/// A message on its way. Numbers of 0 and empty texts are left out.
class Message {
 public:
  Message& Number(uint32_t field, int64_t value) {
    if (value != 0) {
      wire::Writer(bytes_).Varint(field, static_cast<uint64_t>(value));
    }
    return *this;
  }
  Message& Text(uint32_t field, std::string_view value) {
    if (!value.empty()) {
      wire::Writer(bytes_).Bytes(field, value);
    }
    return *this;
  }
  /// Written even if it is empty: that it is there says something.
  Message& Part(uint32_t field, const Message& part) {
    wire::Writer(bytes_).Bytes(field, part.bytes_);
    return *this;
  }
  Message& Part(uint32_t field, const std::optional<Draft>& draft);
  Message& Labels(uint32_t field, const derive::Labels& labels) {
    for (const auto& [key, value] : labels) {
      Part(field, Message().Text(1, key).Text(2, value));
    }
    return *this;
  }

  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

Message& Message::Part(uint32_t field, const std::optional<Draft>& draft) {
  if (draft) {
    Part(
        field,
        Message()
            .Number(1, draft->start_ms)
            .Text(2, draft->first_point)
            .Text(3, draft->last_point)
            .Number(4, draft->points)
            .Number(5, draft->restarts)
            .Number(6, draft->failures)
            .Labels(7, draft->labels)
            .Text(8, draft->status)
    );
  }
  return *this;
}

Message Encode(const FoldState& state) {
  Message message;
  message.Text(1, state.job_name)
      .Part(2, state.status)
      .Part(3, state.downtime)
      .Part(4, state.status_downtime)
      .Part(5, state.failures)
      .Number(6, state.all_running ? (*state.all_running ? 1 : 2) : 0)
      .Labels(7, state.pending_labels)
      .Number(8, state.has_subtasks ? 1 : 0);
  return message;
}

Message Encode(const FlinkPoint& point) {
  Message message;
  message.Number(1, point.time_ms)
      .Number(2, static_cast<int64_t>(point.kind))
      .Number(3, point.checkpoint)
      .Number(4, point.is_good ? 1 : 0)
      .Text(5, point.id)
      .Text(6, point.job_name)
      .Text(7, point.status)
      .Labels(8, point.labels)
      .Number(9, point.weight);
  return message;
}

Message Encode(const std::string& id, const JobState& state) {
  Message message;
  message.Text(1, id)
      .Part(2, Encode(state.job.sealed()))
      .Number(3, state.job.sealed_until_ms())
      .Number(4, state.job.has_sealed_downtimes() ? 1 : 0);
  for (const FlinkPoint& point : state.job.points()) {
    message.Part(5, Encode(point));
  }
  for (const auto& [shown_id, shown] : state.shown) {
    message.Part(
        6,
        Message()
            .Text(1, shown_id)
            .Number(2, shown.start_ms)
            .Number(3, static_cast<int64_t>(shown.content))
    );
  }
  if (state.waiting) {
    message.Part(7, Message().Number(1, state.waiting->first_ms).Number(2, state.waiting->last_ms));
  }
  message.Number(8, state.is_stale ? 1 : 0)
      .Number(9, static_cast<int64_t>(state.complete_to))
      .Number(10, state.received_ms)
      .Text(11, state.sealed_ids.ToBytes());
  return message;
}

/// Calls `take(tag, reader)` for each field; whether the message is well formed, as far as
/// `take` finds it so.
template <typename Take>
bool ReadFields(std::string_view bytes, const Take& take) {
  wire::Reader reader(bytes);
  bool ok = true;
  while (ok && reader.Next()) {
    ok = take(reader.tag(), reader);
  }
  return ok && reader.ok();
}

int64_t NumberOf(const wire::Reader& reader) {
  return static_cast<int64_t>(reader.integer());
}

bool ReadLabel(std::string_view bytes, Labels& labels) {
  std::string key;
  std::string value;
  const bool ok = ReadFields(bytes, [&](uint32_t tag, const wire::Reader& reader) {
    if (tag == Text(1)) {
      key = reader.bytes();
    } else if (tag == Text(2)) {
      value = reader.bytes();
    }
    return true;
  });
  labels.insert_or_assign(std::move(key), std::move(value));
  return ok;
}

bool ReadDraft(std::string_view bytes, std::optional<Draft>& out) {
  Draft& draft = out.emplace();
  return ReadFields(bytes, [&draft](uint32_t tag, const wire::Reader& reader) {
    switch (tag) {
      case Number(1):
        draft.start_ms = NumberOf(reader);
        break;
      case Text(2):
        draft.first_point = reader.bytes();
        break;
      case Text(3):
        draft.last_point = reader.bytes();
        break;
      case Number(4):
        draft.points = NumberOf(reader);
        break;
      case Number(5):
        draft.restarts = NumberOf(reader);
        break;
      case Number(6):
        draft.failures = NumberOf(reader);
        break;
      case Text(7):
        return ReadLabel(reader.bytes(), draft.labels);
      case Text(8):
        draft.status = reader.bytes();
        break;
      default:
        break;
    }
    return true;
  });
}

bool ReadFold(std::string_view bytes, FoldState& state) {
  return ReadFields(bytes, [&state](uint32_t tag, const wire::Reader& reader) {
    switch (tag) {
      case Text(1):
        state.job_name = reader.bytes();
        return true;
      case Text(2):
        return ReadDraft(reader.bytes(), state.status);
      case Text(3):
        return ReadDraft(reader.bytes(), state.downtime);
      case Text(4):
        return ReadDraft(reader.bytes(), state.status_downtime);
      case Text(5):
        return ReadDraft(reader.bytes(), state.failures);
      case Number(6):
        state.all_running = reader.integer() == 1;
        return true;
      case Text(7):
        return ReadLabel(reader.bytes(), state.pending_labels);
      case Number(8):
        state.has_subtasks = reader.integer() != 0;
        return true;
      default:
        return true;
    }
  });
}

bool ReadFlinkPoint(std::string_view bytes, FlinkPoint& point) {
  point.kind = FlinkPoint::Kind::kCheckpoint;
  point.weight = 0;
  return ReadFields(bytes, [&point](uint32_t tag, const wire::Reader& reader) {
    switch (tag) {
      case Number(1):
        point.time_ms = NumberOf(reader);
        break;
      case Number(2):
        point.kind = static_cast<FlinkPoint::Kind>(reader.integer());
        return reader.integer() <= static_cast<uint64_t>(FlinkPoint::Kind::kStatus);
      case Number(3):
        point.checkpoint = NumberOf(reader);
        break;
      case Number(4):
        point.is_good = reader.integer() != 0;
        break;
      case Text(5):
        point.id = reader.bytes();
        break;
      case Text(6):
        point.job_name = reader.bytes();
        break;
      case Text(7):
        point.status = reader.bytes();
        break;
      case Text(8):
        return ReadLabel(reader.bytes(), point.labels);
      case Number(9):
        point.weight = NumberOf(reader);
        break;
      default:
        break;
    }
    return true;
  });
}

bool ReadShown(std::string_view bytes, std::map<std::string, Shown>& all) {
  std::string id;
  Shown shown;
  const bool ok = ReadFields(bytes, [&](uint32_t tag, const wire::Reader& reader) {
    if (tag == Text(1)) {
      id = reader.bytes();
    } else if (tag == Number(2)) {
      shown.start_ms = NumberOf(reader);
    } else if (tag == Number(3)) {
      shown.content = reader.integer();
    }
    return true;
  });
  all.insert_or_assign(std::move(id), shown);
  return ok;
}

bool ReadWaiting(std::string_view bytes, std::optional<Waiting>& out) {
  Waiting& waiting = out.emplace();
  return ReadFields(bytes, [&waiting](uint32_t tag, const wire::Reader& reader) {
    if (tag == Number(1)) {
      waiting.first_ms = NumberOf(reader);
    } else if (tag == Number(2)) {
      waiting.last_ms = NumberOf(reader);
    }
    return true;
  });
}

/// The parts of a job before they are put together.
struct JobParts {
  std::string id;
  FoldState sealed;
  int64_t sealed_until_ms = 0;
  bool has_sealed_downtimes = false;
  std::vector<FlinkPoint> points;
  /// Files of earlier builds do not tell.
  std::optional<IdSketch> sealed_ids;
  JobState state;
};

bool ReadJobField(uint32_t tag, const wire::Reader& reader, JobParts& parts) {
  switch (tag) {
    case Text(1):
      parts.id = reader.bytes();
      return true;
    case Text(2):
      return ReadFold(reader.bytes(), parts.sealed);
    case Number(3):
      parts.sealed_until_ms = NumberOf(reader);
      return true;
    case Number(4):
      parts.has_sealed_downtimes = reader.integer() != 0;
      return true;
    case Text(5):
      return ReadFlinkPoint(reader.bytes(), parts.points.emplace_back());
    case Text(6):
      return ReadShown(reader.bytes(), parts.state.shown);
    case Text(7):
      return ReadWaiting(reader.bytes(), parts.state.waiting);
    case Number(8):
      parts.state.is_stale = reader.integer() != 0;
      return true;
    case Number(9):
      parts.state.complete_to = reader.integer();
      return true;
    case Number(10):
      parts.state.received_ms = NumberOf(reader);
      return true;
    case Text(11):
      parts.sealed_ids = IdSketch::FromBytes(reader.bytes());
      return parts.sealed_ids.has_value();
    default:
      return true;
  }
}

bool ReadJob(std::string_view bytes, DeriveState& state) {
  JobParts parts;
  const bool ok = ReadFields(bytes, [&parts](uint32_t tag, const wire::Reader& reader) {
    return ReadJobField(tag, reader, parts);
  });
  parts.state.sealed_ids = std::move(parts.sealed_ids).value_or(IdSketch::OfAll());
  parts.state.job = FlinkJob::Restore(
      std::move(parts.sealed),
      parts.sealed_until_ms,
      parts.has_sealed_downtimes,
      std::move(parts.points)
  );
  state.jobs.insert_or_assign(std::move(parts.id), std::move(parts.state));
  return ok;
}

}  // namespace

std::string EncodeState(const DeriveState& state) {
  Message message;
  message.Number(1, static_cast<int64_t>(state.position));
  for (const auto& [id, job] : state.jobs) {
    message.Part(2, Encode(id, job));
  }
  std::string bytes(kMagic);
  bytes += Xxh3(message.bytes()).ToHex();
  bytes += message.bytes();
  return bytes;
}

absl::StatusOr<DeriveState> DecodeState(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() < kMagic.size() + kHashBytes) {
    return DataLoss("does not begin with '{}' and a hash", kMagic.substr(0, kMagic.size() - 1));
  }
  const std::string_view hash = bytes.substr(kMagic.size(), kHashBytes);
  const std::string_view message = bytes.substr(kMagic.size() + kHashBytes);
  if (Xxh3(message).ToHex() != hash) {
    return DataLoss(
        "{} bytes do not have the hash {} that they were written with", message.size(), hash
    );
  }
  DeriveState state;
  const bool ok = ReadFields(message, [&state](uint32_t tag, const wire::Reader& reader) {
    if (tag == Number(1)) {
      state.position = reader.integer();
    }
    return tag != Text(2) || ReadJob(reader.bytes(), state);
  });
  if (!ok) {
    return DataLoss("is malformed, though its hash is right");
  }
  return state;
}

}  // namespace tidings::derive
