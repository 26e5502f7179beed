#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "net/http.h"
#include "net/testing/handlers.h"

namespace tidings::net {

/// What tests look at while streams run.
struct PieceStreamWatch {
  std::atomic<int> pulled = 0;
  std::atomic<int> alive = 0;
};

/// Gives numbered pieces, each from a thread of its own.
class PieceStream final : public BodyStream {
 public:
  struct Options {
    /// The stream ends with the last of them; without end when there are none.
    int pieces = 3;
    /// Broken at that piece.
    int broken_at = -1;
    /// Appended to each.
    std::string padding;
  };

  PieceStream(Options options, std::shared_ptr<PieceStreamWatch> watch)
      : options_(std::move(options)), watch_(std::move(watch)) {
    ++watch_->alive;
  }
  ~PieceStream() override { --watch_->alive; }
  PieceStream(const PieceStream&) = delete;
  PieceStream& operator=(const PieceStream&) = delete;

  void Pull(Give give) override {
    const int number = next_++;
    ++watch_->pulled;
    Piece piece{.bytes = "piece " + std::to_string(number) + options_.padding + "\n"};
    piece.is_last = number + 1 == options_.pieces || drains_;
    piece.is_broken = number == options_.broken_at;
    std::jthread([give = std::move(give), piece = std::move(piece)] { give(piece); }).detach();
  }
  void BeginDrain() override { drains_ = true; }

 private:
  const Options options_;
  const std::shared_ptr<PieceStreamWatch> watch_;
  int next_ = 0;
  std::atomic<bool> drains_ = false;
};

inline std::shared_ptr<HttpHandler> PieceStreamHandler(
    const PieceStream::Options& options, const std::shared_ptr<PieceStreamWatch>& watch
) {
  return std::make_shared<FunctionHandler>([options,
                                            watch](const HttpRequest&, const std::string&) {
    return HttpResponse{
        .status = 200,
        .headers = {{"content-type", "text/plain"}},
        .body = "begin\n",
        .stream = std::make_shared<PieceStream>(options, watch)};
  });
}

}  // namespace tidings::net
