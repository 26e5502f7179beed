#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "codec/otlp/log_record.h"
#include "event/report.h"

namespace tidings::otlp {

/// What one request may become: a resource is told once and belongs to each of its records, so few
/// bytes can say much.
struct DecodeLimits {
  size_t records = 100'000;
  /// Reports, parameters and all their text together.
  size_t expanded_bytes = size_t{128} << 20;
};

struct DecodeOptions {
  DecodeLimits limits;
  /// Log records that are no events, for want of a name and an id: kept with the scope as their
  /// name, or dropped.
  bool keep_unnamed = false;
};

/// What a request held.
struct DecodedLogs {
  size_t records = 0;
  /// Records without a name that were dropped.
  size_t unnamed = 0;
  /// What looks like a mistake in a request that broke no rule; empty: nothing.
  std::string warning;
};

/// What a key means to the mapping.
enum class KnownKey : uint8_t {
  kEventId,
  kTidingsId,
  kEventName,
  kName,
  kStartTime,
  kEndTime,
  kLayer,
  kServiceName,
  kServiceInstanceId,
  kPodName,
  kHostName,
  kJobId,
  kJobIdAgain,
  kJobName,
  kTaskManagerId,
  kHost,
  kTaskName,
  kOperatorName,
  kNone,
};

/// One T for each known key.
template <typename T>
struct PerKey {
  std::array<T, static_cast<size_t>(KnownKey::kNone) + 1> values{};

  T& operator[](KnownKey key) { return values[static_cast<size_t>(key)]; }
  const T& operator[](KnownKey key) const { return values[static_cast<size_t>(key)]; }
};

/// From log records to reports: docs/formats/otlp-logs.md. The same for every encoding.
///
/// Tell it the resource, then the scope, then the records of both; reports are appended to the
/// batch as views of what it was told and of the batch's arena.
/// Errors: kResourceExhausted - the request is beyond a limit; nothing of the batch may be used.
class RecordMapper {
 public:
  RecordMapper(const DecodeOptions& options, ReportBatch& batch);

  /// What is told stays in force, and must stay alive, until the next call; a new resource has no
  /// scope yet.
  void EnterResource(Attributes attributes);
  void EnterScope(const Scope& scope);

  /// The next record of the request. One that breaks a rule of this mapping goes to
  /// batch.rejections; rules of the model are Normalise's.
  absl::Status Add(const LogRecord& record);
  /// The next record, when it cannot be read.
  absl::Status Reject(std::string_view field, std::string error);

  const DecodedLogs& decoded() const { return decoded_; }

 private:
  /// The last attribute of each known key, or null.
  using Found = PerKey<const Parameter*>;

  /// The attributes of a resource or a scope.
  struct Shared {
    Attributes attributes;
    /// As each of its records gets them.
    std::vector<Parameter> parameters;
    Found found;
    bool has_k8s = false;
    /// Empty until a record needs it: those that bring an id do not.
    std::string hash;
  };

  /// One record on its way.
  struct Draft {
    Found found;
    bool is_flink = false;
    bool has_k8s = false;
    /// Attributes that became a field and so are no parameters.
    PerKey<bool> used;
    Report report;
  };

  void Enter(Shared& shared, Attributes attributes);
  /// What stands for the resource and the scope in a derived id.
  void AppendOrigin(const LogRecord& record, std::string& out);
  absl::Status Count();
  Found Classify(Attributes attributes, bool& has_k8s);
  std::string_view Text(const Parameter* attribute);
  std::string_view FirstText(std::initializer_list<const Parameter*> attributes);
  /// The attribute's text, and the attribute is no parameter.
  std::string_view Use(Draft& draft, KnownKey key);
  /// The first text that is not empty, of record, scope and resource.
  std::string_view AnywhereText(const Draft& draft, KnownKey key);

  void ReadIdentity(const LogRecord& record, Draft& draft);
  std::optional<Rejection> ReadTimes(const LogRecord& record, Draft& draft);
  void ReadSource(Draft& draft);
  void ReadLayer(Draft& draft);
  void ReadContent(const LogRecord& record, Draft& draft);
  void AppendParameters(const LogRecord& record, Draft& draft);
  absl::Status Finish(const LogRecord& record, Draft& draft);

  const DecodeOptions options_;
  ReportBatch& batch_;
  DecodedLogs decoded_;
  size_t expanded_bytes_ = 0;
  Shared resource_;
  Shared scope_;
  std::string_view scope_name_;
  std::string_view scope_version_;
  bool is_flink_scope_ = false;
  /// The known key of each attribute of the record at hand.
  std::vector<KnownKey> keys_;
  std::string scratch_;
};

}  // namespace tidings::otlp
