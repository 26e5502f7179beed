#include "api/rest/export_events.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <absl/base/thread_annotations.h>
#include <fmt/format.h>

#include "api/rest/answer.h"
#include "api/rest/filter_parameters.h"
#include "api/rest/query_parameters.h"
#include "base/mutex.h"
#include "base/text.h"
#include "codec/json/event_csv.h"
#include "codec/json/event_json.h"

namespace tidings::rest {
namespace {

/// Events that are read and written in one go.
constexpr size_t kEventsPerPiece = 8'000;

enum class Form : uint8_t { kNdjson, kCsv };

struct ExportQuery {
  EventQuery query;
  Form form = Form::kNdjson;
};

std::optional<FieldProblem> ParseForm(const QueryParameters& parameters, Form& form) {
  std::string text;
  if (auto problem = parameters.Single("format", text)) {
    return problem;
  }
  if (text.empty() || text == "ndjson") {
    return std::nullopt;
  }
  if (text == "csv") {
    form = Form::kCsv;
    return std::nullopt;
  }
  return FieldProblem{
      .field = "format",
      .detail = fmt::format("format is '{}', expected ndjson or csv", EscapeForDisplay(text, 64))};
}

std::optional<FieldProblem> ParseExport(
    std::string_view url_query, int64_t now_ms, ExportQuery& out
) {
  QueryParameters parameters;
  std::optional<FieldProblem> problem =
      QueryParameters::Parse(url_query, WithFilterNames({"format"}), parameters);
  problem = problem ? problem : ParseFilters(parameters, now_ms, out.query.filter.where);
  problem = problem ? problem : ParseWindow(parameters, now_ms, AllTime(), out.query.filter.window);
  out.query.order = Order::kOldestFirst;
  out.query.limit = kEventsPerPiece;
  return problem ? problem : ParseForm(parameters, out.form);
}

/// The pages of one chain of cursors: the next is read while one is sent.
class ExportStream final : public net::BodyStream,
                           public std::enable_shared_from_this<ExportStream> {
 public:
  ExportStream(SharedContext context, ExportQuery asked)
      : context_(std::move(context)), asked_(std::move(asked)) {}

  void Pull(Give give) override {
    std::optional<Piece> piece;
    {
      const MutexLock lock(mutex_);
      if (is_reading_) {
        give_ = std::move(give);
        return;
      }
      piece = std::exchange(next_, std::nullopt);
    }
    HandOver(give, std::move(piece));
  }

  /// An error when nothing could be read at all.
  absl::StatusOr<Piece> ReadFirst() {
    absl::StatusOr<Piece> piece = ReadPiece();
    if (piece.ok()) {
      ReadAhead();
    }
    return piece;
  }

 private:
  absl::StatusOr<Piece> ReadPiece() {
    if (asked_.query.cursor) {
      // An export may last longer than a cursor lives: each page begins its life anew.
      asked_.query.cursor->created_ms = context_->dependencies.clock.NowMs();
    }
    Piece piece;
    piece.bytes.reserve(piece_bytes_);
    absl::StatusOr<EventPage> page = context_->dependencies.store.QueryEach(
        asked_.query, [&](const EventView& event) { Append(event, piece.bytes); }
    );
    if (!page.ok()) {
      return page.status();
    }
    piece_bytes_ = std::max(piece_bytes_, piece.bytes.size() + piece.bytes.size() / 8);
    is_whole_ = is_whole_ && page->incomplete.empty();
    is_at_end_ = !page->next.has_value();
    asked_.query.cursor = std::move(page->next);
    piece.is_last = is_at_end_ && is_whole_;
    return piece;
  }

  /// Reads the next piece away from here, unless all was read.
  void ReadAhead() {
    if (is_at_end_) {
      return;
    }
    {
      const MutexLock lock(mutex_);
      is_reading_ = true;
    }
    const auto read = [self = shared_from_this()] {
      absl::StatusOr<Piece> piece = self->ReadPiece();
      self->Take(piece.ok() ? std::optional<Piece>(*std::move(piece)) : std::nullopt);
    };
    if (!context_->dependencies.executor.Post(read)) {
      Take(std::nullopt);
    }
  }

  /// Ends the reading that is under way; nothing where it has failed.
  void Take(std::optional<Piece> piece) {
    Give give;
    {
      const MutexLock lock(mutex_);
      is_reading_ = false;
      if (!give_) {
        next_ = std::move(piece);
        return;
      }
      give = std::exchange(give_, nullptr);
    }
    HandOver(give, std::move(piece));
  }

  /// What is not there could not be read, or was all read and some of it missing: the body is cut.
  void HandOver(const Give& give, std::optional<Piece> piece) {
    if (!piece) {
      give({.bytes = {}, .is_broken = true});
      return;
    }
    ReadAhead();
    give(*std::move(piece));
  }

  void Append(const EventView& event, std::string& out) const {
    if (asked_.form == Form::kCsv) {
      json::AppendCsvLine(out, event);
      return;
    }
    JsonWriter json(out);
    json::WriteEvent(json, event);
    out.push_back('\n');
  }

  const SharedContext context_;
  // Of ReadPiece, which runs once at a time.
  ExportQuery asked_;
  /// Room for a piece; about what the largest took.
  size_t piece_bytes_ = 0;
  bool is_whole_ = true;
  bool is_at_end_ = false;
  Mutex mutex_;
  bool is_reading_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Piece> next_ ABSL_GUARDED_BY(mutex_);
  /// Waits for the piece that is being read.
  Give give_ ABSL_GUARDED_BY(mutex_);
};

net::HttpResponse Begin(const SharedContext& context, const ExportQuery& asked) {
  auto stream = std::make_shared<ExportStream>(context, asked);
  absl::StatusOr<net::BodyStream::Piece> first = stream->ReadFirst();
  if (!first.ok()) {
    return ProblemOf(first.status());
  }
  const bool is_csv = asked.form == Form::kCsv;
  net::HttpResponse response;
  response.headers.push_back(
      {"content-type", is_csv ? "text/csv; charset=utf-8" : "application/x-ndjson"}
  );
  response.headers.push_back(
      {"content-disposition",
       fmt::format("attachment; filename=\"events.{}\"", is_csv ? "csv" : "ndjson")}
  );
  response.body = is_csv ? json::CsvHead() : std::string_view();
  response.body += first->bytes;
  if (!first->is_last) {
    response.stream = std::move(stream);
  }
  return response;
}

}  // namespace

void ExportEvents::Handle(
    std::shared_ptr<const net::HttpRequest> request, std::string, net::Responder respond
) {
  ExportQuery asked;
  asked.query.patience.abandoned = request->abandoned;
  if (const auto problem =
          ParseExport(request->query, context_->dependencies.clock.NowMs(), asked)) {
    respond(ProblemOf(*problem));
    return;
  }
  RunOnExecutor(context_, respond, [context = context_, respond, asked = std::move(asked)] {
    respond(Begin(context, asked));
  });
}

}  // namespace tidings::rest
