#include "net/http1_parser.h"

#include <boost/beast/http/error.hpp>

#include "base/text.h"

namespace tidings::net {
namespace {

std::string_view ToStd(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

Http1Parser::Http1Parser(size_t max_header_bytes, Http1BodyTaker& body)
    : max_header_bytes_(max_header_bytes), body_(body) {
  header_limit(static_cast<std::uint32_t>(max_header_bytes));
  // The exchange has limits of its own, by route.
  body_limit(boost::none);
  eager(false);
}

void Http1Parser::on_request_impl(
    Verb /*verb*/, Text method, Text target, int version, Error& /*error*/
) {
  method_ = ToStd(method);
  target_ = ToStd(target);
  version_ = version;
  header_bytes_ = method.size() + target.size();
}

void Http1Parser::on_response_impl(int /*code*/, Text /*reason*/, int /*version*/, Error& error) {
  error = boost::beast::http::error::bad_method;
}

void Http1Parser::on_field_impl(Field /*field*/, Text name, Text value, Error& error) {
  header_bytes_ += name.size() + value.size() + 4;
  if (header_bytes_ > max_header_bytes_) {
    error = boost::beast::http::error::header_limit;
    return;
  }
  if (is_header_done()) {
    return;  // Trailers of a chunked body: counted, of no use to any handler.
  }
  headers_.push_back({ToLowerAscii(ToStd(name)), std::string(ToStd(value))});
}

void Http1Parser::on_header_impl(Error& /*error*/) {}

void Http1Parser::on_body_init_impl(
    const boost::optional<std::uint64_t>& /*length*/, Error& /*error*/
) {}

std::size_t Http1Parser::on_body_impl(Text body, Error& /*error*/) {
  body_.OnBodyBytes(ToStd(body));
  return body.size();
}

void Http1Parser::on_chunk_header_impl(std::uint64_t /*size*/, Text extensions, Error& error) {
  // Extensions have no meaning here, but would be a way around the body's limit.
  header_bytes_ += extensions.size();
  if (header_bytes_ > 2 * max_header_bytes_) {
    error = boost::beast::http::error::header_limit;
  }
}

std::size_t Http1Parser::on_chunk_body_impl(
    std::uint64_t /*remain*/, Text body, Error& /*error*/
) {
  body_.OnBodyBytes(ToStd(body));
  return body.size();
}

void Http1Parser::on_finish_impl(Error& /*error*/) {}

}  // namespace tidings::net
